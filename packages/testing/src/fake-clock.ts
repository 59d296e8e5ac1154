/** A clock that moves only when told to. */
export interface FakeClock {
  /** Milliseconds since 1970; pass it where code takes `now`. */
  readonly now: () => number;
  /** Moves on and runs the timers that come due, in order; `byMs` is 0 or more. */
  advance(byMs: number): Promise<void>;
  /** Resolves once the clock has moved on by `durationMs`. */
  readonly sleep: (durationMs: number) => Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** 2026-01-01T00:00:00Z, so that no test depends on the day it runs. */
const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

export const createFakeClock = (startMs: number = DEFAULT_START_MS): FakeClock => {
  let nowMs = startMs;
  let sleepers: Sleeper[] = [];
  const next = (untilMs: number): Sleeper | undefined =>
    sleepers
      .filter(({ atMs }) => atMs <= untilMs)
      .reduce<Sleeper | undefined>(
        (first, sleeper) => (first === undefined || sleeper.atMs < first.atMs ? sleeper : first),
        undefined,
      );
  /** Lets what a woken sleeper does run up to its next wait. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => nowMs,
    sleep: (durationMs) =>
      new Promise((wake) => {
        sleepers.push({ atMs: nowMs + durationMs, wake });
      }),
    async advance(byMs) {
      if (!(byMs >= 0)) throw new RangeError('a clock does not run backwards');
      const untilMs = nowMs + byMs;
      for (let due = next(untilMs); due !== undefined; due = next(untilMs)) {
        const woken = due;
        sleepers = sleepers.filter((sleeper) => sleeper !== woken);
        nowMs = Math.max(nowMs, woken.atMs);
        woken.wake();
        await settle();
      }
      nowMs = untilMs;
    },
  };
};
