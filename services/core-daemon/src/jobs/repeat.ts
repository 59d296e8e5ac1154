/** A job that runs again and again until it is stopped. */
export interface RepeatedJob {
  /** Begins no further run and waits for the present one. */
  stop(): Promise<void>;
}

/**
 * Runs a job every `intervalMs`, counted from the end of a run to the beginning of the next, so that runs never
 * overlap. What a run throws does not end the job.
 */
export const repeat = (run: () => Promise<unknown>, intervalMs: number): RepeatedJob => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let present: Promise<void> = Promise.resolve();
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      present = (async () => {
        try {
          await run();
        } catch {
          // Logged by the adapters; the next run repeats what is left.
        }
        schedule();
      })();
    }, intervalMs);
    timer.unref();
  };
  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await present;
    },
  };
};
