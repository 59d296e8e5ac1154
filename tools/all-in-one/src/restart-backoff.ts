const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
/** After this long without a crash the next one counts as the first. */
const STEADY_AFTER_MS = 30_000;

/** How long to wait before a crashed process starts again: soon at first, then ever longer. */
export interface RestartBackoff {
  /** To be asked once per crash, with the time the process had run. */
  nextDelayMs(uptimeMs: number): number;
}

export const createRestartBackoff = (): RestartBackoff => {
  let crashes = 0;
  return {
    nextDelayMs(uptimeMs) {
      if (uptimeMs >= STEADY_AFTER_MS) crashes = 0;
      const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** crashes);
      crashes++;
      return delayMs;
    },
  };
};
