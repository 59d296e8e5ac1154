export interface RepeatedJob {
  /** Ends the pause or asks the run under way to end, and waits for it. */
  stop(): Promise<void>;
}

/**
 * Runs `run` after every pause of `intervalMs`, never twice at a time. A run that fails goes to `onFailure`; the next
 * one is the retry. The pause does not keep the process alive.
 */
export const repeat = (
  run: (signal: AbortSignal) => Promise<void>,
  intervalMs: number,
  onFailure: (error: unknown) => void,
): RepeatedJob => {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const schedule = (): void => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      running = run(stopping.signal).catch(onFailure).finally(schedule);
    }, intervalMs);
    timer.unref();
  };
  schedule();
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
};
