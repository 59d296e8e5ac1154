import type { AttemptVerdict } from '../src/ports/attempt-store.ts';
import type { TenantSettings } from '../src/ports/tenant-store.ts';

interface ModelAttempt {
  readonly startedAtMs: number;
  ended: boolean;
}

/** The lockout rule of one user, written down a second time, slowly and plainly: the oracle of the property test. */
export class LockoutModel {
  readonly #settings: TenantSettings;
  readonly #attemptTtlMs: number;
  readonly #attempts = new Map<string, ModelAttempt>();
  #failuresMs: number[] = [];
  #lockedUntilMs = 0;

  constructor(settings: TenantSettings, attemptTtlMs: number) {
    this.#settings = settings;
    this.#attemptTtlMs = attemptTtlMs;
  }

  #failuresAt(nowMs: number): number[] {
    return this.#failuresMs.filter((at) => nowMs - at < this.#settings.lockoutWindowSeconds * 1000);
  }

  #isLate(attempt: ModelAttempt, nowMs: number): boolean {
    return nowMs - attempt.startedAtMs >= this.#attemptTtlMs;
  }

  start(id: string, nowMs: number): 'started' | 'locked-out' | 'busy' {
    if (nowMs < this.#lockedUntilMs) return 'locked-out';
    const inFlight = [...this.#attempts.values()].filter((one) => !one.ended && !this.#isLate(one, nowMs));
    const possible = this.#failuresAt(nowMs).length + inFlight.length;
    if (possible >= this.#settings.lockoutFailures) return 'busy';
    this.#attempts.set(id, { startedAtMs: nowMs, ended: false });
    return 'started';
  }

  finish(id: string, verdict: AttemptVerdict, nowMs: number): 'finished' | 'not-found' {
    const attempt = this.#attempts.get(id)!;
    attempt.ended = true;
    if (verdict === 'aborted') return 'finished';
    const late = this.#isLate(attempt, nowMs);
    if (verdict === 'match') {
      if (!late) this.#failuresMs = [];
    } else if (nowMs >= this.#lockedUntilMs) {
      this.#failuresMs = [...this.#failuresAt(nowMs), nowMs];
      if (this.#failuresMs.length >= this.#settings.lockoutFailures) {
        this.#lockedUntilMs = nowMs + this.#settings.lockoutSuspensionSeconds * 1000;
        this.#failuresMs = [];
      }
    }
    return late ? 'not-found' : 'finished';
  }

  remainingAttempts(nowMs: number): number {
    if (nowMs < this.#lockedUntilMs) return 0;
    return this.#settings.lockoutFailures - this.#failuresAt(nowMs).length;
  }

  get lockedUntilMs(): number {
    return this.#lockedUntilMs;
  }
}
