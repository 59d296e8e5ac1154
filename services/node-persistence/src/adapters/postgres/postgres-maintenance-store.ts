import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { MaintenanceStore } from '../../ports/maintenance-store.ts';
import { type DiscardedEnrollment, discardEnrollments } from './discard-enrollments.ts';

// A row that another replica, or a commit, holds at this moment is left to the next run.
const lockExpired = statement<DiscardedEnrollment, [expiredByMs: number, limit: number]>(
  'purge-enrollments-lock',
  `SELECT enrollment_id, user_id, device_id FROM node_persistence.enrollments
    WHERE state = 'open' AND expires_at_ms <= $1 ORDER BY expires_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED`,
);
const deleteOld = (name: string, table: string, key: readonly string[], condition: string) => {
  const columns = key.join(', ');
  return statement<never, [byMs: number, limit: number]>(
    name,
    `DELETE FROM node_persistence.${table} WHERE (${columns}) IN (
       SELECT ${columns} FROM node_persistence.${table} WHERE ${condition} LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  );
};

const deleteCommitted = deleteOld(
  'purge-committed-enrollments',
  'enrollments',
  ['enrollment_id'],
  `state = 'committed' AND committed_at_ms <= $1`,
);
const deleteTaken = deleteOld(
  'purge-taken-tokens',
  'match_tokens',
  ['user_id', 'device_id', 'circuit_index'],
  'token_hash IS NULL AND taken_at_ms <= $1',
);
const deleteAttempts = deleteOld('purge-attempts', 'attempts', ['attempt_id'], 'started_at_ms <= $1');
const deleteUsedTokens = deleteOld(
  'purge-used-tokens',
  'used_tokens',
  ['token_sha256'],
  'expires_at_ms <= $1',
);
const deleteHistory = deleteOld(
  'purge-authentications',
  'authentications',
  ['authentication_id'],
  // A tenant with a history of its own length is the administration's to purge.
  `created_at_ms <= $1 AND NOT EXISTS (
    SELECT FROM node_persistence.users u JOIN node_persistence.tenants t ON t.tenant_id = u.tenant_id
     WHERE u.user_id = authentications.user_id AND t.authentication_history_days IS NOT NULL)`,
);

export const createPostgresMaintenanceStore = (database: Database): MaintenanceStore => ({
  purgeExpiredEnrollments: (expiredByMs, nowMs, limit) =>
    database.transaction(async (transaction) => {
      const expired = await transaction.rows(lockExpired, expiredByMs, limit);
      if (expired.length > 0) await discardEnrollments(transaction, expired, nowMs);
      return expired.length;
    }),
  purgeCommittedEnrollments: (committedByMs, limit) =>
    database.execute(deleteCommitted, committedByMs, limit),
  purgeTakenTokens: (takenByMs, limit) => database.execute(deleteTaken, takenByMs, limit),
  purgeAttempts: (startedByMs, limit) => database.execute(deleteAttempts, startedByMs, limit),
  purgeUsedTokens: (expiredByMs, limit) => database.execute(deleteUsedTokens, expiredByMs, limit),
  purgeAuthentications: (createdByMs, limit) => database.execute(deleteHistory, createdByMs, limit),
});
