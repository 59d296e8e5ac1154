/** From this score on, a sequence counts as live. */
export const LIVE_SCORE = 0.5;

/** Degrees are compared on a logarithmic scale; below this they are as good as none. */
export const LEAST_TURN_DEGREES = 0.05;
/** Still scores are kept off 0 and 1, where their logarithm says more than they know. */
export const STILL_MARGIN = 0.01;

/** Log odds from the logarithm of the head's turn and, where there is one, the log odds of the still score. */
interface Fusion {
  readonly offset: number;
  readonly turn: number;
  readonly still: number;
}

// Logistic regression of docs/benchmarks/pad.md, its offset moved by `OPERATING_SHIFT`.
/** Moves LIVE_SCORE from equal errors towards refusal: whoever held still is asked to move, and gets through then. */
export const OPERATING_SHIFT = -0.8;
const FUSED: Fusion = { offset: -7.37 + OPERATING_SHIFT, turn: 3.7, still: 1.44 };
const TURN_ALONE: Fusion = { offset: -1.28 + OPERATING_SHIFT, turn: 3.62, still: 0 };

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

const stillLogOdds = (still: number): number => {
  const kept = Math.min(1 - STILL_MARGIN, Math.max(STILL_MARGIN, still));
  return Math.log(kept / (1 - kept));
};

/**
 * Fused liveness score, 0..1, of the mean still score (0..1) and the head's turn in degrees, or of the turn alone (spec 02
 * BC-22).
 */
export const livenessScore = (still: number | undefined, turnDegrees: number): number => {
  const { offset, turn, still: stillWeight } = still === undefined ? TURN_ALONE : FUSED;
  const turned = turn * Math.log(Math.max(turnDegrees, LEAST_TURN_DEGREES));
  return logistic(offset + turned + (still === undefined ? 0 : stillWeight * stillLogOdds(still)));
};
