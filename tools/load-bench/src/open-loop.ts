import { setTimeout as delay } from 'node:timers/promises';
import { createLoadRecorder, type LoadResult } from './load-result.ts';
import type { AuthenticationOutcome, SimulatedUser } from './simulated-user.ts';
import type { StrangerMix } from './stranger-mix.ts';

export interface OpenLoopPlan {
  /** Authentications that begin each second, whether or not the ones before have ended. */
  readonly ratePerSecond: number;
  readonly durationSeconds: number;
}

/** Adds the time an authentication waited for its turn: it belongs to what a person would have seen. */
const withWait = (outcome: AuthenticationOutcome, waitedMs: number): AuthenticationOutcome =>
  outcome.kind === 'matched'
    ? { kind: 'matched', sample: { ...outcome.sample, totalMs: outcome.sample.totalMs + waitedMs } }
    : outcome;

/**
 * Begins authentications at a fixed rate. Each is timed from the moment it was due, not from the moment a user was
 * free for it, so that a server that stalls can't hide the requests that piled up behind (no coordinated omission).
 *
 * @param progress called after each authentication with the number done.
 */
export const runOpenLoop = async (
  plan: OpenLoopPlan,
  users: readonly SimulatedUser[],
  mix: StrangerMix,
  progress: (done: number) => void,
): Promise<LoadResult> => {
  const recorder = createLoadRecorder();
  const total = Math.max(1, Math.round(plan.ratePerSecond * plan.durationSeconds));
  const idle = [...users];
  const due: number[] = [];
  const running = new Set<Promise<void>>();
  let done = 0;

  const serve = async (user: SimulatedUser, dueMs: number): Promise<void> => {
    const waitedMs = performance.now() - dueMs;
    recorder.record(withWait(await user.authenticate(mix.next(user)), waitedMs));
    progress(++done);
    idle.push(user);
    startWaiting();
  };
  const startWaiting = (): void => {
    while (due.length > 0 && idle.length > 0) {
      const task = serve(idle.shift()!, due.shift()!);
      running.add(task);
      task.finally(() => running.delete(task));
    }
  };

  const startMs = performance.now();
  for (let i = 0; i < total; i++) {
    const dueMs = startMs + (i * 1_000) / plan.ratePerSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    due.push(dueMs);
    startWaiting();
  }
  while (running.size > 0 || due.length > 0) await Promise.race(running);
  return recorder.result(performance.now() - startMs);
};
