import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type {
  AttemptStore,
  AttemptVerdict,
  FinishAttemptOutcome,
  SettleAttemptOutcome,
  StartAttemptOutcome,
} from '../../ports/attempt-store.ts';
import { idToBytes, present } from './ids.ts';

interface DeviceRow {
  readonly public_signing_key: Buffer | null;
  readonly code_bits: number;
  readonly threshold: number;
  readonly external_user_id: string | null;
  readonly locked_until_ms: number;
}

interface StartRow {
  readonly out_outcome: StartAttemptOutcome['outcome'];
  readonly out_external_user_id: string | null;
  readonly out_code_bits: number;
  readonly out_threshold: number;
  readonly out_locked_until_ms: number;
  readonly out_lockout_began: boolean;
}

interface FinishRow {
  readonly out_outcome: FinishAttemptOutcome['outcome'];
  readonly out_sealed_template: Buffer | null;
  readonly out_epoch: number;
  readonly out_remaining_attempts: number;
  readonly out_locked_until_ms: number;
  readonly out_lockout_began: boolean;
  readonly out_repeated: boolean;
}

const selectDevice = statement<DeviceRow, [tenantId: number, userId: Buffer, deviceId: Buffer]>(
  'check-device',
  `SELECT d.public_signing_key, d.code_bits, d.threshold, u.external_user_id, l.locked_until_ms
     FROM node_persistence.users u
     JOIN node_persistence.lockouts l ON l.user_id = u.user_id
     LEFT JOIN node_persistence.devices d ON d.user_id = u.user_id AND d.device_id = $3
    WHERE u.user_id = $2 AND u.tenant_id = $1`,
);

const callStartAttempt = statement<
  StartRow,
  [tenantId: number, userId: Buffer, deviceId: Buffer, attemptId: string, nowMs: number, ttlMs: number]
>('start-attempt', 'SELECT * FROM node_persistence.start_attempt($1, $2, $3, $4, $5, $6)');

const callFinishAttempt = statement<
  FinishRow,
  [
    attemptId: string,
    verdict: AttemptVerdict,
    operationId: string | null,
    payload: string | null,
    externalUserId: string | null,
    nowMs: number,
    ttlMs: number,
  ]
>('finish-attempt', 'SELECT * FROM node_persistence.finish_attempt($1, $2, $3, $4, $5, $6, $7)');

interface SettleRow extends Omit<FinishRow, 'out_outcome'> {
  readonly out_outcome: FinishRow['out_outcome'] | 'no-token';
  /** NULL when nothing was taken. */
  readonly out_verdict: 'match' | 'no-match' | null;
  readonly out_token_hash: Buffer | null;
}

const callSettleAttempt = statement<
  SettleRow,
  [
    attemptId: string,
    circuitIndex: number,
    salt: Uint8Array,
    saltedToken: Uint8Array,
    operationId: string | null,
    payload: string | null,
    externalUserId: string | null,
    nowMs: number,
    ttlMs: number,
  ]
>('settle-attempt', 'SELECT * FROM node_persistence.settle_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9)');

const startOutcome = (row: StartRow): StartAttemptOutcome => {
  if (row.out_outcome === 'started') {
    return {
      outcome: 'started',
      ...present('externalUserId', row.out_external_user_id),
      codeBits: row.out_code_bits,
      threshold: row.out_threshold,
    };
  }
  if (row.out_outcome !== 'locked-out') return { outcome: row.out_outcome };
  return {
    outcome: 'locked-out',
    lockedUntilMs: row.out_locked_until_ms,
    lockoutBegan: row.out_lockout_began,
  };
};

const finishOutcome = (row: FinishRow): FinishAttemptOutcome => {
  const { out_lockout_began: lockoutBegan, out_repeated: repeated } = row;
  if (row.out_outcome !== 'finished') return { outcome: row.out_outcome, lockoutBegan, repeated };
  return {
    outcome: 'finished',
    ...present('sealedTemplate', row.out_sealed_template),
    epoch: row.out_epoch,
    remainingAttempts: row.out_remaining_attempts,
    lockedUntilMs: row.out_locked_until_ms,
    lockoutBegan,
    repeated,
  };
};

const settleOutcome = (row: SettleRow): SettleAttemptOutcome => {
  const { out_outcome: outcome, out_verdict: verdict, out_token_hash: tokenHash } = row;
  if (outcome === 'no-token') return { outcome };
  if (verdict === null || tokenHash === null) return { outcome: 'not-found' };
  const finished = finishOutcome({ ...row, out_outcome: outcome });
  return { outcome: 'settled', verdict, tokenHash, finished };
};

export const createPostgresAttemptStore = (database: Database): AttemptStore => ({
  async checkDevice({ tenantId, userId, deviceId }) {
    const row = await database.row(selectDevice, tenantId, idToBytes(userId), idToBytes(deviceId));
    if (row === undefined) return { outcome: 'user-not-found' };
    if (row.public_signing_key === null) return { outcome: 'device-not-found' };
    return {
      outcome: 'active',
      publicSigningKey: row.public_signing_key,
      codeBits: row.code_bits,
      threshold: row.threshold,
      ...present('externalUserId', row.external_user_id),
      lockedUntilMs: row.locked_until_ms,
    };
  },
  async startAttempt({ tenantId, userId, deviceId }, attemptId, nowMs, attemptTtlMs) {
    const row = await database.row(
      callStartAttempt,
      tenantId,
      idToBytes(userId),
      idToBytes(deviceId),
      attemptId,
      nowMs,
      attemptTtlMs,
    );
    return startOutcome(row!);
  },
  async finishAttempt(attemptId, verdict, operation, nowMs, attemptTtlMs) {
    const row = await database.row(
      callFinishAttempt,
      attemptId,
      verdict,
      operation?.operationId ?? null,
      operation?.payload ?? null,
      operation?.externalUserId ?? null,
      nowMs,
      attemptTtlMs,
    );
    return finishOutcome(row!);
  },
  async settleAttempt(attemptId, circuitIndex, { salt, saltedToken }, operation, nowMs, attemptTtlMs) {
    const row = await database.row(
      callSettleAttempt,
      attemptId,
      circuitIndex,
      salt,
      saltedToken,
      operation?.operationId ?? null,
      operation?.payload ?? null,
      operation?.externalUserId ?? null,
      nowMs,
      attemptTtlMs,
    );
    return settleOutcome(row!);
  },
});
