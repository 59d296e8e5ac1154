import type { StageTimings } from './image-analysis.ts';

type Stage = keyof StageTimings;

/** Times the stages of one analysis. Monotonic durations only, no time of day. */
export class Stopwatch {
  readonly #startedMs = performance.now();
  readonly #timingsMs: { -readonly [stage in keyof StageTimings]: StageTimings[stage] } = {
    decode: 0,
    detect: 0,
  };

  get timingsMs(): StageTimings {
    return this.#timingsMs;
  }

  totalMs(): number {
    return performance.now() - this.#startedMs;
  }

  async time<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      return await work();
    } finally {
      this.#timingsMs[stage] = performance.now() - startedMs;
    }
  }

  timeSync<T>(stage: Stage, work: () => T): T {
    const startedMs = performance.now();
    try {
      return work();
    } finally {
      this.#timingsMs[stage] = performance.now() - startedMs;
    }
  }
}
