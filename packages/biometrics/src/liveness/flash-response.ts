import { type FaceFrame, type RegionMean, sharedBackground } from './face-frame.ts';

/**
 * `reflected`: forehead and cheeks answer to the colours of this session, and more than the background does.
 * `missing`: they do not, though an answer would have been seen. `unclear`: too few frames, too dark, too bright, too noisy, or no
 * background to compare with.
 */
export type FlashVerdict = 'reflected' | 'missing' | 'unclear';

/** How well the skin followed the colours of the screen. */
export interface FlashResponse {
  /** Correlation of skin chroma, relative to the background's, with the colours at the best lag, -1..1. */
  readonly score: number;
  /** Regression slope over its standard error: how far the answer stands out of the noise. */
  readonly snr: number;
  /** Reflected light of a full colour, relative to the light that was there: the regression slope. */
  readonly amplitude: number;
  /** Frames by which the picture follows the screen, 0..`MAX_FLASH_LAG_FRAMES`. */
  readonly lagFrames: number;
  readonly verdict: FlashVerdict;
}

/** A frame and the colour that was shown for it. */
export interface FlashFrame {
  /** Absent for a frame that was refused: its colour may still show in the next. */
  readonly frame?: FaceFrame;
  /** `#rrggbb` */
  readonly flashColour: string;
}

/** Frames an answer needs; those that a lag leaves without a colour may be missing. */
export const MIN_FLASH_FRAMES = 8;
export const MAX_FLASH_LAG_FRAMES = 2;

/** Least correlation, evidence and agreement of each skin region. */
const MIN_SCORE = 0.6;
const MIN_SNR = 5;
const MIN_REGION_SCORE = 0.3;
/** Light of a screen, relative to the light of a room, that would have been seen: then an answer is missing, not unclear. */
const VISIBLE_AMPLITUDE = 0.1;
/** Of forehead and cheeks, those that must be neither too dark nor too bright in any frame. */
const MIN_SKIN_REGIONS = 2;
/** Cells of the grid a background needs. */
const MIN_BACKGROUND_CELLS = 6;
/** sRGB channel means outside of this carry no ratio worth measuring. */
const DARKEST = 12;
const BRIGHTEST = 250;

type Channels = readonly [number, number, number];

/** IEC 61966-2-1, 0..255 to 0..1. */
const linear = (value: number): number => {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
};

const linearColour = (colour: string): Channels => {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return [linear(rgb >> 16), linear((rgb >> 8) & 255), linear(rgb & 255)];
};

const channelsOf = ({ red, green, blue }: RegionMean): Channels => [red, green, blue];

const measurable = (channels: Channels): boolean =>
  channels.every((value) => value >= DARKEST && value <= BRIGHTEST);

/** Green against magenta and red against blue: brightness, shading and exposure are gone. */
type Chroma = readonly [number, number];

const chroma = ([red, green, blue]: Channels): Chroma => [green - (red + blue) / 2, red - blue];

const logLight = (channels: Channels): Channels => [
  Math.log(linear(channels[0])),
  Math.log(linear(channels[1])),
  Math.log(linear(channels[2])),
];

const median = (values: number[]): number => {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
};

/** Takes mean and linear trend out of a series: skin colour, ambient light, and their slow drift. */
const detrend = (series: readonly number[], times: readonly number[]): number[] => {
  const n = series.length;
  const meanTime = times.reduce((sum, time) => sum + time, 0) / n;
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  let cross = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    cross += (times[i] - meanTime) * (series[i] - mean);
    square += (times[i] - meanTime) ** 2;
  }
  return series.map((value, i) => value - mean - (cross / square) * (times[i] - meanTime));
};

/** A series of colours as one vector: first all of one axis of chroma, then of the other, each without mean and trend. */
const chromaVector = (colours: readonly Channels[], times: readonly number[]): number[] => {
  const rows = colours.map(chroma);
  return ([0, 1] as const).flatMap((axis) =>
    detrend(
      rows.map((row) => row[axis]),
      times,
    ),
  );
};

const cellColour = ({ colourGrid }: FaceFrame, cell: number): Channels => [
  colourGrid[3 * cell],
  colourGrid[3 * cell + 1],
  colourGrid[3 * cell + 2],
];

/**
 * Chroma of the background: of each of its cells the change over the frames, of these the median, so that what moves
 * behind a person does not count. Undefined where too little can be measured.
 */
const backgroundVector = (frames: readonly FaceFrame[], times: readonly number[]): number[] | undefined => {
  const cells = sharedBackground(frames).filter((cell) =>
    frames.every((frame) => measurable(cellColour(frame, cell))),
  );
  if (cells.length < MIN_BACKGROUND_CELLS) return undefined;
  const vectors = cells.map((cell) =>
    chromaVector(
      frames.map((frame) => logLight(cellColour(frame, cell))),
      times,
    ),
  );
  return vectors[0].map((_, i) => median(vectors.map((vector) => vector[i])));
};

/** Weights of both axes of a chroma vector. */
interface AxisWeights {
  readonly green: number;
  readonly red: number;
}

/** Sum of squares below which the colours asked for nothing. */
const LEAST_CHALLENGE = 1e-6;
const EVEN: AxisWeights = { green: 1, red: 1 };
/** Keeps an axis without any noise from taking all the weight. */
const LEAST_NOISE = 1e-9;

const dot = (a: readonly number[], b: readonly number[], { green, red }: AxisWeights): number => {
  const half = a.length / 2;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (i < half ? green : red) * a[i] * b[i];
  return sum;
};

const correlation = (a: readonly number[], b: readonly number[], weights: AxisWeights): number => {
  const scale = Math.sqrt(dot(a, a, weights) * dot(b, b, weights));
  return scale > 0 ? dot(a, b, weights) / scale : 0;
};

/** What a slope leaves of the answer. */
const leftover = (skin: readonly number[], shown: readonly number[], slope: number): number[] =>
  skin.map((value, i) => value - slope * shown[i]);

/** Each axis by what is left on it: white balance and changing light act between red and blue far more. */
const weightsFor = (left: readonly number[]): AxisWeights => ({
  green: 1 / (dot(left, left, { green: 1, red: 0 }) + LEAST_NOISE),
  red: 1 / (dot(left, left, { green: 0, red: 1 }) + LEAST_NOISE),
});

const REWEIGHTINGS = 3;

interface WeightedSlope {
  readonly slope: number;
  readonly weights: AxisWeights;
}

/** Feasible generalized least squares with one noise level for each axis (Aitken 1936). */
const weightedSlope = (skin: readonly number[], shown: readonly number[]): WeightedSlope => {
  let weights = EVEN;
  let slope = 0;
  for (let round = 0; round <= REWEIGHTINGS; round++) {
    const power = dot(shown, shown, weights);
    slope = dot(skin, shown, weights) / power;
    if (round < REWEIGHTINGS) weights = weightsFor(leftover(skin, shown, slope));
  }
  return { slope, weights };
};

const SKIN = ['forehead', 'leftCheek', 'rightCheek'] as const;

interface LaggedFit {
  readonly lagFrames: number;
  readonly score: number;
  readonly snr: number;
  readonly amplitude: number;
  readonly standardError: number;
  readonly regionScore: number;
}

/** Regression of the skin's chroma on the colours shown `lagFrames` before; undefined with too few frames. */
const fitAtLag = (frames: readonly FlashFrame[], lagFrames: number): LaggedFit | undefined => {
  const times: number[] = [];
  const seen: FaceFrame[] = [];
  for (let t = lagFrames; t < frames.length; t++) {
    const { frame } = frames[t];
    if (frame === undefined) continue;
    times.push(t);
    seen.push(frame);
  }
  if (times.length < MIN_FLASH_FRAMES - MAX_FLASH_LAG_FRAMES) return undefined;
  const usable = SKIN.filter((name) => seen.every((frame) => measurable(channelsOf(frame[name]))));
  if (usable.length < MIN_SKIN_REGIONS) return undefined;
  const shown = chromaVector(
    times.map((t) => linearColour(frames[t - lagFrames].flashColour)),
    times,
  );
  if (dot(shown, shown, EVEN) < LEAST_CHALLENGE) return undefined;
  const background = backgroundVector(seen, times);
  if (background === undefined) return undefined;
  // Log ratios of skin to background: gains of the camera, white balance included, cancel.
  const regions = usable.map((name) =>
    chromaVector(
      seen.map((frame) => logLight(channelsOf(frame[name]))),
      times,
    ).map((value, i) => value - background[i]),
  );
  const skin = shown.map((_, i) => regions.reduce((sum, region) => sum + region[i], 0) / regions.length);
  const { slope, weights } = weightedSlope(skin, shown);
  const left = leftover(skin, shown, slope);
  // Two axes of chroma, each without mean and trend, less the slope.
  const freedom = 2 * (times.length - 2) - 1;
  const power = dot(shown, shown, weights);
  const standardError = Math.sqrt(dot(left, left, weights) / freedom / power);
  return {
    lagFrames,
    score: correlation(skin, shown, weights),
    snr: standardError > 0 ? slope / standardError : 0,
    amplitude: slope,
    standardError,
    regionScore: Math.min(...regions.map((region) => correlation(region, shown, weights))),
  };
};

const verdictOf = (fit: LaggedFit): FlashVerdict => {
  if (fit.score >= MIN_SCORE && fit.snr >= MIN_SNR && fit.regionScore >= MIN_REGION_SCORE) return 'reflected';
  return fit.amplitude + 2 * fit.standardError < VISIBLE_AMPLITUDE ? 'missing' : 'unclear';
};

/**
 * Binds frames to the colours of a session (spec 02 BC-24): the light of the screen adds its colour to the skin in front of
 * it, hardly to the background behind. Frames in order of capture, with those that were refused.
 */
export const flashResponse = (frames: readonly FlashFrame[]): FlashResponse => {
  let best: LaggedFit | undefined;
  for (let lag = 0; lag <= MAX_FLASH_LAG_FRAMES; lag++) {
    const fit = fitAtLag(frames, lag);
    if (fit && (best === undefined || fit.score > best.score)) best = fit;
  }
  if (best === undefined) return { score: 0, snr: 0, amplitude: 0, lagFrames: 0, verdict: 'unclear' };
  const { score, snr, amplitude, lagFrames } = best;
  return { score, snr, amplitude, lagFrames, verdict: verdictOf(best) };
};
