import type { AuthenticationOutcome, AuthenticationSample } from './simulated-user.ts';

export interface LoadPlan {
  readonly users: number;
  readonly authsPerUser: number;
  /** Authentications in flight at a time; each user has at most one. */
  readonly concurrency: number;
}

export interface LoadResult {
  readonly samples: readonly AuthenticationSample[];
  /** Number of failures by code. */
  readonly failures: ReadonlyMap<string, number>;
  readonly elapsedMs: number;
}

/**
 * Lets each user authenticate `authsPerUser` times in a row, `concurrency` users at a time.
 *
 * @param progress called after each authentication with the number done.
 */
export const runLoad = async (
  plan: LoadPlan,
  users: readonly (() => Promise<AuthenticationOutcome>)[],
  progress: (done: number) => void,
): Promise<LoadResult> => {
  const samples: AuthenticationSample[] = [];
  const failures = new Map<string, number>();
  const waiting = [...users];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let user = waiting.shift(); user; user = waiting.shift()) {
      for (let i = 0; i < plan.authsPerUser; i++) {
        const outcome = await user();
        if (outcome.ok) samples.push(outcome.sample);
        else failures.set(outcome.code, (failures.get(outcome.code) ?? 0) + 1);
        progress(++done);
      }
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: Math.min(plan.concurrency, users.length) }, worker));
  return { samples, failures, elapsedMs: performance.now() - startMs };
};
