import type { PairScores } from './pair-scores.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Shares of pairs at or below each distance. */
export interface ErrorCurves {
  /** False acceptance by bin: share of impostor pairs at most that far apart. */
  readonly falseAccept: Float64Array;
  /** True acceptance by bin: share of genuine pairs at most that far apart. */
  readonly trueAccept: Float64Array;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
}

/** Figures of one kind of score. All are shares, 0..1. */
export interface ErrorFigures {
  readonly equalError: number;
  /** True acceptance where false acceptance is at most the target. */
  readonly trueAcceptAt: readonly number[];
  readonly falseAcceptAtThreshold: number;
  readonly trueAcceptAtThreshold: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface FigureOptions {
  readonly falseAcceptTargets: readonly number[];
  /** Greatest bin that is accepted by the shipped threshold. */
  readonly thresholdBin: number;
}

const accumulate = (histogram: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < histogram.length; i++) {
    sum += histogram[i];
    histogram[i] = sum;
  }
  for (let i = 0; i < histogram.length; i++) histogram[i] /= sum;
  return sum;
};

/** Curves with person p counted `weights[p]` times; a copy of a person never meets itself as an impostor. */
export const errorCurves = (scores: PairScores, weights?: Uint16Array): ErrorCurves => {
  const falseAccept = new Float64Array(scores.bins);
  const trueAccept = new Float64Array(scores.bins);
  const { bin, first, second } = scores;
  for (let pair = 0; pair < bin.length; pair++) {
    const a = first[pair];
    const b = second[pair];
    if (a === b) trueAccept[bin[pair]] += weights ? weights[a] : 1;
    else falseAccept[bin[pair]] += weights ? weights[a] * weights[b] : 1;
  }
  return {
    impostorPairs: accumulate(falseAccept),
    genuinePairs: accumulate(trueAccept),
    falseAccept,
    trueAccept,
  };
};

/** Greatest bin whose false acceptance is at most the target; -1 where none is. */
export const binAtFalseAccept = ({ falseAccept }: ErrorCurves, target: number): number => {
  let bin = -1;
  while (bin + 1 < falseAccept.length && falseAccept[bin + 1] <= target) bin++;
  return bin;
};

/** Where the two error rates cross: their mean at the bin where they differ least. */
const equalError = ({ falseAccept, trueAccept }: ErrorCurves): number => {
  let best = 1;
  let rate = 1;
  for (let i = 0; i < falseAccept.length; i++) {
    const difference = Math.abs(falseAccept[i] - (1 - trueAccept[i]));
    if (difference < best) {
      best = difference;
      rate = (falseAccept[i] + 1 - trueAccept[i]) / 2;
    }
  }
  return rate;
};

/** Reads the figures off the curves. */
export const errorFigures = (curves: ErrorCurves, options: FigureOptions): ErrorFigures => ({
  equalError: equalError(curves),
  trueAcceptAt: options.falseAcceptTargets.map((target) => {
    const bin = binAtFalseAccept(curves, target);
    return bin < 0 ? 0 : curves.trueAccept[bin];
  }),
  falseAcceptAtThreshold: curves.falseAccept[options.thresholdBin],
  trueAcceptAtThreshold: curves.trueAccept[options.thresholdBin],
});

/** All figures of one kind in a row, as the intervals are. */
export const figureValues = (figures: ErrorFigures): number[] => [
  figures.equalError,
  ...figures.trueAcceptAt,
  figures.falseAcceptAtThreshold,
  figures.trueAcceptAtThreshold,
];

/**
 * 95 % percentile intervals by bootstrap over people: people are drawn with replacement, and every pair counts as often
 * as its people were drawn. Pairs of one person are not independent, so drawing pairs would make them far too narrow.
 */
export const bootstrapIntervals = (
  scores: PairScores,
  options: FigureOptions,
  random: SeededRandom,
  replicates: number,
): Interval[] => {
  const rows: number[][] = [];
  for (let i = 0; i < replicates; i++) {
    const weights = new Uint16Array(scores.people);
    for (let draw = 0; draw < scores.people; draw++) weights[random.below(scores.people)]++;
    rows.push(figureValues(errorFigures(errorCurves(scores, weights), options)));
  }
  return rows[0].map((_, column) => {
    const sorted = rows.map((row) => row[column]).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
    return { low: at(0.025), high: at(0.975) };
  });
};
