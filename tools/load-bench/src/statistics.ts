/** Summary of one measure; all values in the unit of the samples. */
export interface Summary {
  readonly numEntries: number;
  readonly average: number;
  readonly median: number;
  /** Of the sample (divided by n - 1). */
  readonly stDev: number;
  readonly min: number;
  readonly max: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * Percentile with linear interpolation between the closest ranks.
 *
 * @param sorted ascending, at least one value.
 * @param share 0 to 1.
 */
export const percentile = (sorted: readonly number[], share: number): number => {
  const rank = (sorted.length - 1) * share;
  const below = sorted[Math.floor(rank)]!;
  const above = sorted[Math.ceil(rank)]!;
  return below + (above - below) * (rank - Math.floor(rank));
};

/** @throws RangeError for no samples: an empty measure has no summary. */
export const summarize = (samples: readonly number[]): Summary => {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const average = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const squares = samples.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return {
    numEntries: samples.length,
    average,
    median: percentile(sorted, 0.5),
    stDev: samples.length > 1 ? Math.sqrt(squares / (samples.length - 1)) : 0,
    min: sorted[0]!,
    max: sorted.at(-1)!,
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  };
};
