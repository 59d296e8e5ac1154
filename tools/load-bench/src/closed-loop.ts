import { createLoadRecorder, type LoadResult } from './load-result.ts';
import type { SimulatedUser } from './simulated-user.ts';
import type { StrangerMix } from './stranger-mix.ts';

export interface ClosedLoopPlan {
  readonly authsPerUser: number;
  /** Authentications in flight at a time; each user has at most one. */
  readonly concurrency: number;
}

/**
 * Lets each user authenticate `authsPerUser` times in a row, `concurrency` users at a time: the next begins when the
 * one before has ended.
 *
 * @param progress called after each authentication with the number done.
 */
export const runClosedLoop = async (
  plan: ClosedLoopPlan,
  users: readonly SimulatedUser[],
  mix: StrangerMix,
  progress: (done: number) => void,
): Promise<LoadResult> => {
  const recorder = createLoadRecorder();
  const waiting = [...users];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let user = waiting.shift(); user; user = waiting.shift()) {
      for (let i = 0; i < plan.authsPerUser; i++) {
        recorder.record(await user.authenticate(mix.next(user)));
        progress(++done);
      }
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: Math.min(plan.concurrency, users.length) }, worker));
  return recorder.result(performance.now() - startMs);
};
