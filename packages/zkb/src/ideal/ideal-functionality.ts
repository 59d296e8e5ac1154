import { hammingDistance } from '@openrecognize/bytes';

/** Lockout rule as the ideal functionality applies it; durations in milliseconds. */
export interface IdealLockout {
  readonly failures: number;
  readonly windowMs: number;
  readonly suspensionMs: number;
}

/** What a party learns from one attempt, and all it learns. */
export type IdealVerdict =
  | { readonly result: 'match' }
  | { readonly result: 'no-match'; readonly remainingAttempts: number }
  | { readonly result: 'locked-out'; readonly remainingMs: number }
  | { readonly result: 'no-circuits' }
  | { readonly result: 'unknown-user' };

interface IdealUser {
  readonly code: Uint8Array;
  readonly threshold: number;
  circuits: number;
  failures: number[];
  lockedUntilMs: number;
}

/**
 * The matching protocol as a trusted third party would run it on plaintext codes (spec 04 §1). Tests hold the
 * real protocol against it: same inputs, same verdicts, same stock.
 */
export const createIdealFunctionality = (lockout: IdealLockout) => {
  const users = new Map<string, IdealUser>();

  const registerFailure = (user: IdealUser, nowMs: number): IdealVerdict => {
    user.failures = user.failures.filter((at) => at > nowMs - lockout.windowMs);
    user.failures.push(nowMs);
    const remainingAttempts = lockout.failures - user.failures.length;
    if (remainingAttempts <= 0) {
      user.lockedUntilMs = nowMs + lockout.suspensionMs;
      user.failures = [];
    }
    return { result: 'no-match', remainingAttempts: Math.max(0, remainingAttempts) };
  };

  return {
    enroll: (userId: string, code: Uint8Array, threshold: number, circuits: number): void => {
      users.set(userId, { code: code.slice(), threshold, circuits, failures: [], lockedUntilMs: 0 });
    },
    authenticate: (userId: string, probe: Uint8Array, nowMs: number): IdealVerdict => {
      const user = users.get(userId);
      if (!user) return { result: 'unknown-user' };
      if (nowMs < user.lockedUntilMs)
        return { result: 'locked-out', remainingMs: user.lockedUntilMs - nowMs };
      if (user.circuits === 0) return { result: 'no-circuits' };
      user.circuits--;
      if (hammingDistance(user.code, probe) > user.threshold) return registerFailure(user, nowMs);
      user.failures = [];
      return { result: 'match' };
    },
    refill: (userId: string, count: number): void => {
      const user = users.get(userId);
      if (user) user.circuits += count;
    },
    stockOf: (userId: string): number => users.get(userId)?.circuits ?? 0,
    remove: (userId: string): void => {
      users.delete(userId);
    },
  };
};
