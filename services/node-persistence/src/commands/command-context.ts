import type { PersistenceStore } from '../ports/persistence-store.ts';
import type { AttemptMetrics } from './attempt-metrics.ts';

/** What a command may use: everything else comes in as an argument. */
export interface CommandContext {
  readonly store: PersistenceStore;
  /** Milliseconds since 1970. The one clock of the service, also of its SQL. */
  readonly nowMs: () => number;
  /** Lower-case UUID, unpredictable. */
  readonly newUuid: () => string;
  readonly metrics: AttemptMetrics;
  /** An attempt older than this is no longer in flight and cannot be finished with a verdict. */
  readonly attemptTtlMs: number;
}
