import type { AuthenticationOutcome, AuthenticationSample } from './simulated-user.ts';

/** What a run saw; all times in milliseconds. */
export interface LoadResult {
  readonly samples: readonly AuthenticationSample[];
  /** Strangers that were refused. */
  readonly refusedCount: number;
  /** Number of failures by code. */
  readonly failures: ReadonlyMap<string, number>;
  readonly elapsedMs: number;
}

/** Gathers outcomes while a run goes on. */
export const createLoadRecorder = () => {
  const samples: AuthenticationSample[] = [];
  const failures = new Map<string, number>();
  let refusedCount = 0;
  return {
    record: (outcome: AuthenticationOutcome): void => {
      if (outcome.kind === 'matched') samples.push(outcome.sample);
      else if (outcome.kind === 'refused') refusedCount++;
      else failures.set(outcome.code, (failures.get(outcome.code) ?? 0) + 1);
    },
    result: (elapsedMs: number): LoadResult => ({ samples, refusedCount, failures, elapsedMs }),
  };
};
