import type { OperationRecord } from './enrollment-store.ts';

export interface DeviceKey {
  readonly tenantId: number;
  readonly userId: string;
  readonly deviceId: string;
}

/** `lockedUntilMs` lies in the past, or is 0, when the user is not locked out. */
export type CheckDeviceOutcome =
  | {
      readonly outcome: 'active';
      readonly publicSigningKey: Uint8Array;
      readonly codeBits: number;
      readonly threshold: number;
      readonly externalUserId?: string;
      readonly lockedUntilMs: number;
    }
  | { readonly outcome: 'user-not-found' | 'device-not-found' };

export type StartAttemptOutcome =
  | {
      readonly outcome: 'started';
      readonly externalUserId?: string;
      readonly codeBits: number;
      readonly threshold: number;
    }
  /** `lockoutBegan`: this very call began the suspension. */
  | { readonly outcome: 'locked-out'; readonly lockedUntilMs: number; readonly lockoutBegan: boolean }
  | { readonly outcome: 'user-not-found' | 'device-not-found' | 'busy' | 'replayed' };

export type AttemptVerdict = 'match' | 'no-match' | 'aborted';

export type FinishAttemptOutcome =
  | {
      readonly outcome: 'finished';
      /** Present after a match alone. */
      readonly sealedTemplate?: Uint8Array;
      readonly epoch: number;
      /** Failures left before a suspension. */
      readonly remainingAttempts: number;
      readonly lockedUntilMs: number;
      /** This very call began the suspension. */
      readonly lockoutBegan: boolean;
      /** The same outcome was recorded before. */
      readonly repeated: boolean;
    }
  /** `not-found`: unknown, or finished after its time to live; its verdict must not leave the backend. */
  | {
      readonly outcome: 'not-found' | 'conflict' | 'operation-exists';
      readonly lockoutBegan: boolean;
      readonly repeated: boolean;
    };

/** What a caller without the token itself offers for comparison. */
export interface SaltedToken {
  /** 16 random bytes. */
  readonly salt: Uint8Array;
  /** SHA-256(salt || candidate), 32 bytes. */
  readonly saltedToken: Uint8Array;
}

export type SettleAttemptOutcome =
  | {
      readonly outcome: 'settled';
      readonly verdict: 'match' | 'no-match';
      /** The token that was taken, 32 bytes. */
      readonly tokenHash: Uint8Array;
      readonly finished: FinishAttemptOutcome;
    }
  /** Nothing is recorded: the attempt is unknown, or its circuit has no token (any more). */
  | { readonly outcome: 'not-found' | 'no-token' };

/**
 * Attempts under the lockout rule. Exact under any concurrency: for one user, failures in the window plus attempts
 * in flight (started, not finished, younger than `attemptTtlMs`) never exceed the tenant's allowed failures.
 */
export interface AttemptStore {
  checkDevice(key: DeviceKey): Promise<CheckDeviceOutcome>;
  startAttempt(
    key: DeviceKey,
    attemptId: string,
    nowMs: number,
    attemptTtlMs: number,
  ): Promise<StartAttemptOutcome>;
  /**
   * `match` clears the failures and stores the operation, `no-match` counts and may begin a suspension, `aborted`
   * does neither. Repeating the recorded verdict changes nothing; another one is a `conflict`.
   */
  finishAttempt(
    attemptId: string,
    verdict: AttemptVerdict,
    operation: OperationRecord | undefined,
    nowMs: number,
    attemptTtlMs: number,
  ): Promise<FinishAttemptOutcome>;
  /** Takes the match token of the attempt's device, compares it and finishes the attempt, all or nothing. */
  settleAttempt(
    attemptId: string,
    circuitIndex: number,
    offered: SaltedToken,
    operation: OperationRecord | undefined,
    nowMs: number,
    attemptTtlMs: number,
  ): Promise<SettleAttemptOutcome>;
}
