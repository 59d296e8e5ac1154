/** A share, 0..1, with the bounds of its 95 % interval. */
export interface Rate {
  readonly errors: number;
  readonly trials: number;
  /** Errors over trials; NaN without trials. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Probability of at most `k` successes in `n` trials of probability `p`. Terms in logarithms, so that none overflows. */
export const binomialAtMost = (k: number, n: number, p: number): number => {
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 0; i < k; i++) {
    logTerm += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
};

/** Where a falling function of p crosses `target`. */
const crossing = (fall: (p: number) => number, target: number): number => {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (fall(middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** Exact interval (Clopper and Pearson 1934). It takes trials for independent: frames of one person are not. */
export const rateOf = (errors: number, trials: number, confidence = 0.95): Rate => {
  const tail = (1 - confidence) / 2;
  const low = errors === 0 ? 0 : crossing((p) => binomialAtMost(errors - 1, trials, p), 1 - tail);
  const high = errors >= trials ? 1 : crossing((p) => binomialAtMost(errors, trials, p), tail);
  return { errors, trials, share: errors / trials, low, high };
};
