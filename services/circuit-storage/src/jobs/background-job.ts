import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';

export interface BackgroundJob {
  readonly name: string;
  readonly intervalMs: number;
  run(): Promise<void>;
}

export interface RunningJobs {
  /** No run begins after this; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Part of the interval by which runs are moved at random, so that replicas do not ask for the lock in step. */
const JITTER = 0.1;

/**
 * Runs each job every `intervalMs`, in one process at a time over all replicas, and one job at a time in this process:
 * each holds a connection meanwhile. A failed run is counted and logged, and the next one begins as planned: a database
 * that is away for a while needs no hand.
 */
export const startBackgroundJobs = (
  jobs: readonly BackgroundJob[],
  { circuits, metrics }: Pick<CircuitStorageDependencies, 'circuits' | 'metrics'>,
  log: EventLog,
): RunningJobs => {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const stops = jobs.map((job) => {
    let timer: NodeJS.Timeout | undefined;
    const runOnce = async (): Promise<void> => {
      if (stopped) return;
      try {
        await circuits.runExclusively(job.name, () => job.run());
      } catch (error) {
        metrics.jobFailed(job.name);
        log.warn({ job: job.name, err: error }, 'background job failed');
      }
    };
    const plan = (): void => {
      if (stopped) return;
      const delayMs = job.intervalMs * (1 - JITTER * Math.random());
      timer = setTimeout(() => {
        running = running.then(runOnce).then(plan);
      }, delayMs);
      timer.unref();
    };
    plan();
    return () => clearTimeout(timer);
  });
  return {
    async stop() {
      stopped = true;
      for (const stop of stops) stop();
      await running;
    },
  };
};
