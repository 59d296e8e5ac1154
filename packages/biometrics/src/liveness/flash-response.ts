import type { FaceFrame, RegionMean } from './face-frame.ts';

/**
 * `reflected`: forehead and cheeks answer to the colours of this session, and more than the background does.
 * `missing`: they do not, though an answer would have been seen. `unclear`: too dark, too bright, too noisy, or without
 * a background to compare with.
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
  readonly frame: FaceFrame;
  /** `#rrggbb` */
  readonly flashColour: string;
}

/** Frames that must be measurable at the lag that is looked at. */
export const MIN_FLASH_FRAMES = 6;
export const MAX_FLASH_LAG_FRAMES = 2;

/** Least correlation, evidence and agreement of each skin region. */
const MIN_SCORE = 0.6;
const MIN_SNR = 4;
const MIN_REGION_SCORE = 0.3;
/** A weaker answer than this is not expected of a screen; noise that hides it makes the result unclear. */
const WEAKEST_AMPLITUDE = 0.01;
/** sRGB channel means outside of this carry no ratio worth measuring. */
const DARKEST = 8;
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

const measurable = (region: RegionMean): boolean =>
  channelsOf(region).every((value) => value >= DARKEST && value <= BRIGHTEST);

/** Without the mean of the channels: brightness, shading and exposure go, chroma stays. */
const chroma = (channels: Channels): Channels => {
  const mean = (channels[0] + channels[1] + channels[2]) / 3;
  return [channels[0] - mean, channels[1] - mean, channels[2] - mean];
};

/** Log ratio of a skin region to the background: gains of the camera, white balance included, cancel. */
const skinRatio = (region: RegionMean, background: RegionMean): Channels => {
  const skin = channelsOf(region);
  const behind = channelsOf(background);
  const ratio = (c: 0 | 1 | 2): number => Math.log(linear(skin[c]) / linear(behind[c]));
  return chroma([ratio(0), ratio(1), ratio(2)]);
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

/** Three detrended channels in one vector. */
const chromaVector = (rows: readonly Channels[], times: readonly number[]): number[] =>
  ([0, 1, 2] as const).flatMap((c) =>
    detrend(
      rows.map((row) => row[c]),
      times,
    ),
  );

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const scale = Math.sqrt(dot(a, a) * dot(b, b));
  return scale > 0 ? dot(a, b) / scale : 0;
};

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
  for (let t = lagFrames; t < frames.length; t++) {
    const { background, forehead, leftCheek, rightCheek } = frames[t].frame;
    if (background && [background, forehead, leftCheek, rightCheek].every(measurable)) times.push(t);
  }
  if (times.length < MIN_FLASH_FRAMES) return undefined;
  const shown = chromaVector(
    times.map((t) => chroma(linearColour(frames[t - lagFrames].flashColour))),
    times,
  );
  const regions = (['forehead', 'leftCheek', 'rightCheek'] as const).map((name) =>
    chromaVector(
      times.map((t) => skinRatio(frames[t].frame[name], frames[t].frame.background!)),
      times,
    ),
  );
  const skin = shown.map((_, i) => (regions[0][i] + regions[1][i] + regions[2][i]) / 3);
  const power = dot(shown, shown);
  const amplitude = power > 0 ? dot(skin, shown) / power : 0;
  const left = skin.reduce((sum, value, i) => sum + (value - amplitude * shown[i]) ** 2, 0);
  // Two free channels of chroma, each without mean and trend, less the slope.
  const freedom = 2 * (times.length - 2) - 1;
  const standardError = power > 0 ? Math.sqrt(left / freedom / power) : Number.POSITIVE_INFINITY;
  return {
    lagFrames,
    score: correlation(skin, shown),
    snr: standardError > 0 ? amplitude / standardError : 0,
    amplitude,
    standardError,
    regionScore: Math.min(...regions.map((region) => correlation(region, shown))),
  };
};

const verdictOf = (fit: LaggedFit): FlashVerdict => {
  if (fit.score >= MIN_SCORE && fit.snr >= MIN_SNR && fit.regionScore >= MIN_REGION_SCORE) return 'reflected';
  return fit.standardError * MIN_SNR > WEAKEST_AMPLITUDE ? 'unclear' : 'missing';
};

/**
 * Binds frames to the colours of a session (spec 02 §8): the light of the screen adds its colour to the skin in front of
 * it, hardly to the background behind. Frames in order of capture, none left out.
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
