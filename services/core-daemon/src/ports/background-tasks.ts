/** Work that outlives its request: nobody waits for it, a shutdown does. */
export interface BackgroundTasks {
  /** Starts the task. Its failure is reported by whatever it called, and goes no further. */
  run(task: () => Promise<unknown>): void;
  /** Resolves when all tasks ended, at the latest after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}
