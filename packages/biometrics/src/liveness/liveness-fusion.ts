import type { SequenceCues } from './sequence-cues.ts';

/** From this score on, a sequence counts as live. */
export const LIVE_SCORE = 0.5;

/** Cues are compared on a logarithmic scale; below this one is as good as none. */
const LEAST_CUE = 1e-4;
/** Still scores are kept off 0 and 1, where their logarithm says more than they know. */
const STILL_MARGIN = 0.01;

/** Log odds from the logarithm of the nose's deviation and, where there is one, the log odds of the still score. */
interface Fusion {
  readonly offset: number;
  readonly nose: number;
  readonly still: number;
}

// Logistic regression of docs/benchmarks/pad.md, its offset moved by `OPERATING_SHIFT`. The other cues were offered to
// it and added nothing to the nose.
/** Moves LIVE_SCORE from equal errors to where few genuine sequences are refused: the still model stops prints alone. */
export const OPERATING_SHIFT = 3;
const FUSED: Fusion = { offset: 8.08 + OPERATING_SHIFT, nose: 3.08, still: 1.24 };
const CUES_ALONE: Fusion = { offset: 12.35 + OPERATING_SHIFT, nose: 2.91, still: 0 };

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Log odds of the mean still score. */
const stillLogOdds = (stills: readonly number[]): number => {
  const mean = stills.reduce((sum, score) => sum + score, 0) / stills.length;
  const kept = Math.min(1 - STILL_MARGIN, Math.max(STILL_MARGIN, mean));
  return Math.log(kept / (1 - kept));
};

/**
 * Fused liveness score, 0..1, of still scores and cues; of either alone where the other is missing, absent without both
 * (spec 02 BC-22).
 */
export const livenessScore = (
  stills: readonly number[],
  cues: SequenceCues | undefined,
): number | undefined => {
  if (cues === undefined) return stills.length === 0 ? undefined : logistic(stillLogOdds(stills));
  const { offset, nose, still } = stills.length === 0 ? CUES_ALONE : FUSED;
  const deviation = Math.log(Math.max(cues.noseDeviation, LEAST_CUE));
  return logistic(offset + nose * deviation + (stills.length === 0 ? 0 : still * stillLogOdds(stills)));
};
