import { type Rate, rateOf } from './intervals.ts';

/** Attacks that pass: a score at or above the threshold. (APCER of ISO/IEC 30107-3 for one kind of attack.) */
export const attackErrors = (scores: readonly number[], threshold: number): Rate =>
  rateOf(scores.filter((score) => score >= threshold).length, scores.length);

/** Genuine presentations that are refused: a score below the threshold. (BPCER) */
export const liveErrors = (scores: readonly number[], threshold: number): Rate =>
  rateOf(scores.filter((score) => score < threshold).length, scores.length);

/** Where attacks pass as often as the genuine are refused. */
export interface EqualErrorPoint {
  readonly threshold: number;
  /** Mean of both shares there, 0..1. */
  readonly share: number;
}

/** Threshold at which the two shares differ least, halfway to the next lower score; undefined without both kinds. */
export const equalErrorPoint = (
  live: readonly number[],
  attacks: readonly number[],
): EqualErrorPoint | undefined => {
  if (live.length === 0 || attacks.length === 0) return undefined;
  const candidates = [...new Set([...live, ...attacks])].sort((a, b) => a - b);
  let best: EqualErrorPoint | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= candidates.length; i++) {
    const threshold =
      i === 0
        ? candidates[0]
        : i === candidates.length
          ? candidates[i - 1] + Number.EPSILON
          : (candidates[i - 1] + candidates[i]) / 2;
    const passed = attacks.filter((score) => score >= threshold).length / attacks.length;
    const refused = live.filter((score) => score < threshold).length / live.length;
    if (Math.abs(passed - refused) < least) {
      least = Math.abs(passed - refused);
      best = { threshold, share: (passed + refused) / 2 };
    }
  }
  return best;
};
