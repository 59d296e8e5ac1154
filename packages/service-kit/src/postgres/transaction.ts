import { isTransactionConflict } from './storage-error.ts';

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /** Runs after the first; 3 by default. */
  readonly maxRetries?: number;
}

const DEFAULT_MAX_RETRIES = 3;
const BACKOFF_MS = 10;

/** 10, 20, 40 ms … and up to as much again, so that rivals do not meet at the same moment. */
const backoff = (attempt: number): Promise<void> => {
  const delayMs = BACKOFF_MS * 2 ** attempt * (1 + Math.random());
  return new Promise((resolve) => setTimeout(resolve, delayMs));
};

/** Repeats `attempt` while it ends in a serialization failure or a deadlock. */
export const retryOnConflict = async <T>(
  attempt: () => Promise<T>,
  maxRetries = DEFAULT_MAX_RETRIES,
): Promise<T> => {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= maxRetries || !isTransactionConflict(error)) throw error;
      await backoff(tried);
    }
  }
};
