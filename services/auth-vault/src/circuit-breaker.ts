/** Thrown instead of a call while the breaker is open. */
export class BreakerOpenError extends Error {
  constructor() {
    super('refused at once: the last calls failed');
    this.name = 'BreakerOpenError';
  }
}

export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failureThreshold: number;
  /** How long it stays open before one call may try again. */
  readonly cooldownMs: number;
  /** Milliseconds, from any clock that never goes back. */
  readonly now: () => number;
}

/** Stops calling what keeps failing, and finds out by itself when it works again. */
export interface CircuitBreaker {
  readonly isOpen: boolean;
  /** True when open and rested: the next call is a trial. */
  readonly mayTry: boolean;
  /** @throws BreakerOpenError while open, else what the call throws */
  run<T>(call: () => Promise<T>): Promise<T>;
}

export const createCircuitBreaker = (options: CircuitBreakerOptions): CircuitBreaker => {
  const { failureThreshold, cooldownMs, now } = options;
  let failuresInARow = 0;
  let notBeforeMs = 0;
  let isTrying = false;
  const isOpen = (): boolean => failuresInARow >= failureThreshold;
  const mayTry = (): boolean => isOpen() && !isTrying && now() >= notBeforeMs;
  return {
    get isOpen() {
      return isOpen();
    },
    get mayTry() {
      return mayTry();
    },
    async run(call) {
      const isTrial = isOpen();
      if (isTrial && !mayTry()) throw new BreakerOpenError();
      if (isTrial) isTrying = true;
      try {
        const result = await call();
        failuresInARow = 0;
        return result;
      } catch (error) {
        failuresInARow++;
        notBeforeMs = now() + cooldownMs;
        throw error;
      } finally {
        if (isTrial) isTrying = false;
      }
    },
  };
};
