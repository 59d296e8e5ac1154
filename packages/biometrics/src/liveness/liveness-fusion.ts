import type { SequenceCues } from './sequence-cues.ts';

/** From this score on, a sequence counts as live. */
export const LIVE_SCORE = 0.5;

/** Cues are compared on a logarithmic scale; below this one is as good as none. */
const LEAST_CUE = 1e-4;
/** Still scores are kept off 0 and 1, where their logarithm says more than they know. */
const STILL_MARGIN = 0.01;

// Logistic regression over logarithms of the cues.
const CUE_OFFSET = 12;
const CUE_WEIGHTS: SequenceCues = { noseDeviation: 1, affineResidual: 1, blinkRange: 1 };
/** Weight of the log odds of the still score. */
const STILL_WEIGHT = 1;

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

const cueLogOdds = (cues: SequenceCues): number =>
  (['noseDeviation', 'affineResidual', 'blinkRange'] as const).reduce(
    (sum, name) => sum + CUE_WEIGHTS[name] * Math.log(Math.max(cues[name], LEAST_CUE)),
    CUE_OFFSET,
  );

/**
 * Fused liveness score, 0..1: log odds of the mean still score and of the cues, weighted and added. Absent without
 * either. The weights are those of docs/benchmarks/pad.md.
 */
export const livenessScore = (
  stills: readonly number[],
  cues: SequenceCues | undefined,
): number | undefined => {
  if (stills.length === 0 && cues === undefined) return undefined;
  let logOdds = cues === undefined ? 0 : cueLogOdds(cues);
  if (stills.length > 0) {
    const mean = stills.reduce((sum, score) => sum + score, 0) / stills.length;
    const kept = Math.min(1 - STILL_MARGIN, Math.max(STILL_MARGIN, mean));
    logOdds += STILL_WEIGHT * Math.log(kept / (1 - kept));
  }
  return logistic(logOdds);
};
