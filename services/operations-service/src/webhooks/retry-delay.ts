export interface RetrySchedule {
  readonly baseMs: number;
  readonly maxMs: number;
  /** Attempts after which a delivery is dead. */
  readonly maxAttempts: number;
}

/**
 * Pause after the failed attempt number `attempt` (from 1): doubles each time up to `maxMs`, and lies anywhere in the
 * upper half of that, so that what failed together does not come back together.
 *
 * @param random from 0 up to but not including 1
 */
export const retryDelayMs = ({ baseMs, maxMs }: RetrySchedule, attempt: number, random: number): number => {
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  return Math.round(ceilingMs / 2 + (ceilingMs / 2) * random);
};
