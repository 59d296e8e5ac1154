import type { FlowFailure } from './flow-state.ts';

const LOCKOUT_CODES = new Set(['SERVER_USER_LOCKED_OUT', 'USER_LOCKED_OUT']);

/**
 * Whole seconds until a person who was locked out is let in again: 0 once that is over, undefined for another failure or
 * where the end is not known.
 */
export function lockoutSeconds(failure: FlowFailure | undefined, nowMs: number): number | undefined {
  if (failure?.lockoutExpiresAt === undefined || !LOCKOUT_CODES.has(failure.code)) return undefined;
  const leftMs = failure.lockoutExpiresAt.getTime() - nowMs;
  return Number.isNaN(leftMs) ? undefined : Math.max(0, Math.ceil(leftMs / 1000));
}

/** Ticks each time the seconds of a lockout change, until it is over. */
export class LockoutClock {
  readonly #tick: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tick: () => void) {
    this.#tick = tick;
  }

  /** To be called after each paint: the next tick is when what was painted is out of date. */
  watch(failure: FlowFailure | undefined): void {
    clearTimeout(this.#timer);
    const nowMs = Date.now();
    if (!failure?.lockoutExpiresAt || !lockoutSeconds(failure, nowMs)) return;
    // A device that slept wakes up to a late tick, which sees the clock as it is then.
    this.#timer = setTimeout(this.#tick, ((failure.lockoutExpiresAt.getTime() - nowMs - 1) % 1000) + 1);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
