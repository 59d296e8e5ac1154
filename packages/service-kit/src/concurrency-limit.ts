import { RecognizeError } from '@openrecognize/contracts';
import type { ServiceMetrics } from './service-metrics.ts';

/** A fixed number of places for expensive work. Nobody waits for one: who finds none is told at once. */
export interface ConcurrencyLimit {
  readonly places: number;
  /** Places taken now. */
  readonly inUse: number;
  /**
   * Runs `task` in a place of its own, which is free again when the task settles.
   *
   * @throws RecognizeError TOO_MANY_REQUESTS with `details.retryAfterSeconds` when no place is free; else what the
   * task throws
   */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** A caller that was turned away may try again after this time: about one piece of work later. */
const RETRY_AFTER_SECONDS = 1;

/** @param places tasks that may run at a time, 1 or more. */
export const createConcurrencyLimit = (places: number): ConcurrencyLimit => {
  let inUse = 0;
  return {
    places,
    get inUse() {
      return inUse;
    },
    async run(task) {
      if (inUse >= places) {
        throw new RecognizeError('TOO_MANY_REQUESTS', {
          details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
        });
      }
      inUse++;
      try {
        return await task();
      } finally {
        inUse--;
      }
    },
  };
};

/** Gauges of a limit, read at each scrape. `work` says what the places are for, in one word. */
export const observeConcurrency = (metrics: ServiceMetrics, work: string, limit: ConcurrencyLimit): void => {
  metrics.gauge({
    name: 'openrecognize_work_places',
    help: 'Places for expensive work, taken and in all; whoever finds none is answered 429',
    labels: ['work', 'state'],
    collect: (gauge) => {
      gauge.set({ work, state: 'used' }, limit.inUse);
      gauge.set({ work, state: 'max' }, limit.places);
    },
  });
};
