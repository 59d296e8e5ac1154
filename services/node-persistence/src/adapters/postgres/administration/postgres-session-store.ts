import { type Database, type Queryable, statement } from '@openrecognize/service-kit/postgres';
import type { OperatorCredentials, OperatorStore } from '../../../ports/administration-store.ts';
import { TENANT_COLUMNS, type TenantRow, tenantOf } from '../tenant-row.ts';
import { appendAudit } from './append-audit.ts';
import { OPERATOR, type OperatorRow, operatorOf } from './operator-row.ts';

/** How exact "last used" is: a busy session writes no more often. */
const TOUCH_INTERVAL_MS = 15_000;

type SessionStore = Pick<
  OperatorStore,
  'countSignIn' | 'forgetSignIn' | 'recordRefusedSignIn' | 'openSession' | 'resolveSession' | 'endSession'
>;

const countAttempt = statement<
  { readonly failures: number; readonly window_started_at_ms: number },
  [subject: Uint8Array, windowMs: number, nowMs: number]
>(
  'count-sign-in',
  `INSERT INTO node_persistence.sign_in_failures AS f (subject, window_started_at_ms, failures) VALUES ($1, $3, 1)
   ON CONFLICT (subject) DO UPDATE SET
     failures = CASE WHEN f.window_started_at_ms <= $3 - $2::bigint THEN 1 ELSE f.failures + 1 END,
     window_started_at_ms = CASE WHEN f.window_started_at_ms <= $3 - $2::bigint THEN $3
                            ELSE f.window_started_at_ms END
   RETURNING failures, window_started_at_ms`,
);
const forgetAttempts = statement<never, [subject: Uint8Array]>(
  'forget-sign-in',
  'DELETE FROM node_persistence.sign_in_failures WHERE subject = $1',
);
const insertSession = statement<
  never,
  [token: Uint8Array, operatorId: string, expiresAtMs: number, nowMs: number]
>(
  'open-session',
  `INSERT INTO node_persistence.operator_sessions (token_sha256, operator_id, expires_at_ms, last_used_at_ms)
   VALUES ($1, $2, $3, $4)`,
);
const touchOperator = statement<never, [operatorId: string, nowMs: number]>(
  'operator-signed-in',
  'UPDATE node_persistence.operators SET last_sign_in_at_ms = $2 WHERE operator_id = $1',
);
const selectSession = statement<
  OperatorRow & { readonly expires_at_ms: number; readonly last_used_at_ms: number },
  [token: Uint8Array, nowMs: number, idleTimeoutMs: number]
>(
  'resolve-session',
  `SELECT ${OPERATOR}, s.expires_at_ms, s.last_used_at_ms FROM node_persistence.operator_sessions s
     JOIN node_persistence.operators o ON o.operator_id = s.operator_id
    WHERE s.token_sha256 = $1 AND s.expires_at_ms > $2 AND s.last_used_at_ms > $2 - $3::bigint AND NOT o.disabled`,
);
const touchSession = statement<never, [token: Uint8Array, nowMs: number]>(
  'touch-session',
  `UPDATE node_persistence.operator_sessions SET last_used_at_ms = $2
    WHERE token_sha256 = $1 AND last_used_at_ms < $2`,
);
const selectTenants = statement<TenantRow, [tenantId: number | null]>(
  'tenants-of-operator',
  `SELECT ${TENANT_COLUMNS} FROM node_persistence.tenants t
    WHERE $1::integer IS NULL OR t.tenant_id = $1 ORDER BY t.customer`,
);
const deleteSession = statement<never, [token: Uint8Array]>(
  'end-session',
  'DELETE FROM node_persistence.operator_sessions WHERE token_sha256 = $1',
);

const auditSignIn = (
  transaction: Queryable,
  action: string,
  { operator, tenantId }: Pick<OperatorCredentials, 'operator' | 'tenantId'>,
  requestId: string,
  nowMs: number,
): Promise<void> => {
  const { operatorId: id, name } = operator;
  const act = { actor: { kind: 'operator' as const, id, name }, requestId };
  return appendAudit(transaction, { chainId: tenantId ?? 0, act, action, target: id }, nowMs);
};

export const createPostgresSessionStore = (database: Database): SessionStore => ({
  async countSignIn(subject, windowMs, nowMs) {
    const row = (await database.row(countAttempt, subject, windowMs, nowMs))!;
    return { attempts: row.failures, windowEndsAtMs: row.window_started_at_ms + windowMs };
  },
  async forgetSignIn(subject) {
    await database.execute(forgetAttempts, subject);
  },
  recordRefusedSignIn: (credentials, requestId, nowMs) =>
    database.transaction((transaction) =>
      auditSignIn(transaction, 'operator.sign-in-refused', credentials, requestId, nowMs),
    ),
  openSession: (credentials, tokenSha256, expiresAtMs, requestId, nowMs) =>
    database.transaction(async (transaction) => {
      const { operatorId } = credentials.operator;
      await transaction.execute(insertSession, tokenSha256, operatorId, expiresAtMs, nowMs);
      await transaction.execute(touchOperator, operatorId, nowMs);
      await auditSignIn(transaction, 'operator.sign-in', credentials, requestId, nowMs);
    }),
  async resolveSession(tokenSha256, idleTimeoutMs, nowMs) {
    const row = await database.row(selectSession, tokenSha256, nowMs, idleTimeoutMs);
    if (row === undefined) return undefined;
    if (row.last_used_at_ms <= nowMs - TOUCH_INTERVAL_MS) {
      await database.execute(touchSession, tokenSha256, nowMs);
    }
    const tenants = await database.rows(selectTenants, row.tenant_id);
    return { operator: operatorOf(row), expiresAtMs: row.expires_at_ms, tenants: tenants.map(tenantOf) };
  },
  async endSession(tokenSha256) {
    await database.execute(deleteSession, tokenSha256);
  },
});
