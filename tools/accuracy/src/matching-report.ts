import {
  bootstrapIntervals,
  type ErrorCurves,
  errorCurves,
  errorFigures,
  type FigureOptions,
  figureValues,
  type Interval,
} from './error-rates.ts';
import { cosineScores, hammingScores, type PairScores, type Subject } from './pair-scores.ts';
import type { SeededRandom } from './seeded-random.ts';
import { percent, textTable } from './text-table.ts';

/** Targets of false acceptance that true acceptance is told at. */
const FALSE_ACCEPT_TARGETS = [1e-2, 1e-3, 1e-4];

export interface MatchingReport {
  readonly table: string;
  readonly cosine: ErrorCurves;
  readonly code: ErrorCurves;
  /** Equal error rate of the codes. */
  readonly codeEqualError: number;
}

export interface MatchingOptions {
  /** Greatest Hamming distance that matches. */
  readonly threshold: number;
  readonly bits: number;
  readonly replicates: number;
  readonly random: SeededRandom;
}

/** Small rates need more digits. */
const digits = (value: number): number => (value < 0.001 ? 4 : 2);

const cell = (value: number, { low, high }: Interval): string =>
  `${percent(value, digits(value))} (${percent(low, digits(value))} to ${percent(high, digits(value))})`;

const rowOf = (
  title: string,
  scores: PairScores,
  curves: ErrorCurves,
  options: FigureOptions,
  { random, replicates }: MatchingOptions,
): string[] => {
  const values = figureValues(errorFigures(curves, options));
  const intervals = bootstrapIntervals(scores, options, random, replicates);
  return [title, ...values.map((value, i) => cell(value, intervals[i]))];
};

/** Error rates of the float embeddings and of the codes, over all pairs of pictures. */
export const matchingReport = (subjects: readonly Subject[], options: MatchingOptions): MatchingReport => {
  const cosine = cosineScores(subjects);
  const hamming = hammingScores(subjects);
  const curves = { cosine: errorCurves(cosine), code: errorCurves(hamming) };
  // The angle at which the expected Hamming distance is the threshold.
  const angle = (Math.PI * options.threshold) / options.bits;
  const cosineBin = Math.round(((1 - Math.cos(angle)) / 2) * (cosine.bins - 1));
  const targets = { falseAcceptTargets: FALSE_ACCEPT_TARGETS };
  const head = [
    'Score',
    'EER',
    ...FALSE_ACCEPT_TARGETS.map((target) => `TAR at FAR ${percent(target)}`),
    'FAR at T',
    'TAR at T',
  ];
  const rows = [
    rowOf('float cosine', cosine, curves.cosine, { ...targets, thresholdBin: cosineBin }, options),
    rowOf(
      `code, ${options.bits} bits`,
      hamming,
      curves.code,
      { ...targets, thresholdBin: options.threshold },
      options,
    ),
  ];
  const codeFigures = errorFigures(curves.code, { ...targets, thresholdBin: options.threshold });
  return { table: textTable(head, rows), ...curves, codeEqualError: codeFigures.equalError };
};
