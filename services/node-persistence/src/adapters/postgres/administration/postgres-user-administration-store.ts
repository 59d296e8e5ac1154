import type { AdministeredAuthentication, AdministeredOperation } from '@openrecognize/contracts';
import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { Static } from 'typebox';
import type { ListedUser, UserAdministrationStore } from '../../../ports/administration-store.ts';
import { idFromBytes, idToBytes, present } from '../ids.ts';
import { appendAudit } from './append-audit.ts';

type Authentication = Static<typeof AdministeredAuthentication>;
type Operation = Static<typeof AdministeredOperation>;

interface UserRow {
  readonly user_id: Buffer;
  readonly external_user_id: string | null;
  readonly created_at_ms: number;
  readonly device_count: number;
  readonly locked_until_ms: number;
}

const USER = `u.user_id, u.external_user_id, u.created_at_ms, coalesce(l.locked_until_ms, 0) AS locked_until_ms,
  (SELECT count(*)::integer FROM node_persistence.devices d WHERE d.user_id = u.user_id) AS device_count`;
const FROM_USERS = `FROM node_persistence.users u LEFT JOIN node_persistence.lockouts l ON l.user_id = u.user_id`;

const selectUsers = statement<
  UserRow,
  [tenantId: number, from: Buffer, to: Buffer, after: Buffer, externalUserKey: string | null, limit: number]
>(
  'search-users',
  `SELECT ${USER} ${FROM_USERS}
    WHERE u.tenant_id = $1 AND u.user_id BETWEEN $2 AND $3 AND u.user_id > $4
      AND ($5::text IS NULL OR u.external_user_key = $5) ORDER BY u.user_id LIMIT $6`,
);

// bigint[] arrives as text: the failures that count are counted here.
const selectUser = statement<
  UserRow & { readonly failures: number; readonly lockout_failures: number },
  [tenantId: number, userId: Buffer, nowMs: number]
>(
  'read-user-lockout',
  `SELECT ${USER}, t.lockout_failures,
          (SELECT count(*)::integer FROM unnest(l.failures_ms) AS f
            WHERE f > $3 - t.lockout_window_seconds * 1000::bigint) AS failures
     ${FROM_USERS} JOIN node_persistence.tenants t ON t.tenant_id = u.tenant_id
    WHERE u.tenant_id = $1 AND u.user_id = $2`,
);
const lockLockout = statement<
  { readonly locked_until_ms: number; readonly failures: number },
  [tenantId: number, userId: Buffer]
>(
  'unlock-user-lock',
  `SELECT l.locked_until_ms, cardinality(l.failures_ms) AS failures FROM node_persistence.lockouts l
     JOIN node_persistence.users u ON u.user_id = l.user_id
    WHERE u.tenant_id = $1 AND u.user_id = $2 FOR NO KEY UPDATE OF l`,
);
const clearLockout = statement<never, [userId: Buffer]>(
  'unlock-user',
  `UPDATE node_persistence.lockouts SET failures_ms = '{}', locked_until_ms = 0 WHERE user_id = $1`,
);
const selectLockouts = statement<
  { readonly user_id: Buffer; readonly external_user_id: string | null; readonly locked_until_ms: number },
  [tenantId: number, nowMs: number, after: Buffer, limit: number]
>(
  'list-lockouts',
  `SELECT u.user_id, u.external_user_id, l.locked_until_ms FROM node_persistence.lockouts l
     JOIN node_persistence.users u ON u.user_id = l.user_id
    WHERE u.tenant_id = $1 AND l.locked_until_ms > $2 AND u.user_id > $3 ORDER BY u.user_id LIMIT $4`,
);

const selectAuthentications = statement<
  {
    readonly authentication_id: number;
    readonly user_id: Buffer;
    readonly device_id: Buffer;
    readonly result: Authentication['outcome'];
    readonly operation_id: string | null;
    readonly created_at_ms: number;
  },
  [tenantId: number, before: number | null, userId: Buffer | null, outcome: string | null, limit: number]
>(
  'administered-authentications',
  `SELECT a.authentication_id, a.user_id, a.device_id, a.result, a.operation_id, a.created_at_ms
     FROM node_persistence.authentications a JOIN node_persistence.users u ON u.user_id = a.user_id
    WHERE u.tenant_id = $1 AND ($2::bigint IS NULL OR a.authentication_id < $2)
      AND ($3::bytea IS NULL OR a.user_id = $3) AND ($4::text IS NULL OR a.result = $4)
    ORDER BY a.authentication_id DESC LIMIT $5`,
);

const selectOperations = statement<
  {
    readonly operation_no: number;
    readonly operation_id: string;
    readonly user_id: Buffer;
    readonly external_user_id: string | null;
    readonly payload: string | null;
    readonly state: Operation['state'];
    readonly created_at_ms: number;
  },
  [tenantId: number, before: number | null, userId: Buffer | null, limit: number]
>(
  'administered-operations',
  `SELECT operation_no, operation_id, user_id, external_user_id, payload, state, created_at_ms
     FROM node_persistence.operations
    WHERE tenant_id = $1 AND ($2::bigint IS NULL OR operation_no < $2) AND ($3::bytea IS NULL OR user_id = $3)
    ORDER BY operation_no DESC LIMIT $4`,
);

const userOf = (row: UserRow, nowMs: number): ListedUser => ({
  userId: idFromBytes(row.user_id),
  ...present('externalUserId', row.external_user_id),
  createdAtMs: row.created_at_ms,
  deviceCount: row.device_count,
  ...(row.locked_until_ms > nowMs ? { lockedUntilMs: row.locked_until_ms } : {}),
});

/** A page that is full may have a next one: its last position. */
const nextOf = <Row, Position>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => Position,
): { next?: Position } => (rows.length < limit ? {} : { next: position(rows.at(-1)!) });

const USER_ID_DIGITS = 64;

const createHistories = (
  database: Database,
): Pick<UserAdministrationStore, 'listAuthenticationHistory' | 'listOperationHistory'> => ({
  async listAuthenticationHistory(tenantId, { before, userId, outcome, limit }) {
    const user = userId === undefined ? null : idToBytes(userId);
    const page = [before ?? null, user, outcome ?? null, limit] as const;
    const rows = await database.rows(selectAuthentications, tenantId, ...page);
    return {
      authentications: rows.map((row) => ({
        authenticationId: row.authentication_id,
        userId: idFromBytes(row.user_id),
        deviceId: idFromBytes(row.device_id),
        outcome: row.result,
        ...present('operationId', row.operation_id),
        createdAtMs: row.created_at_ms,
      })),
      ...nextOf(rows, limit, (row) => row.authentication_id),
    };
  },
  async listOperationHistory(tenantId, { before, userId, limit }) {
    const user = userId === undefined ? null : idToBytes(userId);
    const rows = await database.rows(selectOperations, tenantId, before ?? null, user, limit);
    return {
      operations: rows.map((row) => ({
        operationId: row.operation_id,
        userId: idFromBytes(row.user_id),
        ...present('externalUserId', row.external_user_id),
        ...present('payload', row.payload),
        state: row.state,
        createdAtMs: row.created_at_ms,
      })),
      ...nextOf(rows, limit, (row) => row.operation_no),
    };
  },
});

export const createPostgresUserAdministrationStore = (database: Database): UserAdministrationStore => ({
  ...createHistories(database),
  async searchUsers(tenantId, { userIdPrefix = '', externalUserKey, after, limit }, nowMs) {
    const from = idToBytes(userIdPrefix.padEnd(USER_ID_DIGITS, '0'));
    const to = idToBytes(userIdPrefix.padEnd(USER_ID_DIGITS, 'F'));
    const key = externalUserKey ?? null;
    const rows = await database.rows(selectUsers, tenantId, from, to, idToBytes(after ?? ''), key, limit);
    return {
      users: rows.map((row) => userOf(row, nowMs)),
      ...nextOf(rows, limit, (row) => idFromBytes(row.user_id)),
    };
  },
  async readUserWithLockout(tenantId, userId, nowMs) {
    const row = await database.row(selectUser, tenantId, idToBytes(userId), nowMs);
    if (row === undefined) return undefined;
    const user = userOf(row, nowMs);
    const { lockedUntilMs } = user;
    const left = lockedUntilMs === undefined ? Math.max(row.lockout_failures - row.failures, 0) : 0;
    return {
      user,
      lockout: {
        failures: row.failures,
        remainingAttempts: left,
        ...(lockedUntilMs === undefined ? {} : { lockedUntilMs }),
      },
    };
  },
  unlockUser: (tenantId, userId, reason, act, nowMs) =>
    database.transaction(async (transaction) => {
      const user = idToBytes(userId);
      const row = await transaction.row(lockLockout, tenantId, user);
      if (row === undefined) return undefined;
      const wasLockedOut = row.locked_until_ms > nowMs;
      if (row.locked_until_ms > 0 || row.failures > 0) await transaction.execute(clearLockout, user);
      const before = wasLockedOut ? { lockedUntilMs: row.locked_until_ms } : { failures: row.failures };
      const record = { chainId: tenantId, act, action: 'user.unlock', target: userId, before };
      const after = { lockedUntilMs: null, ...(reason === undefined ? {} : { reason }) };
      await appendAudit(transaction, { ...record, after }, nowMs);
      return { wasLockedOut };
    }),
  async listLockouts(tenantId, after, limit, nowMs) {
    const rows = await database.rows(selectLockouts, tenantId, nowMs, idToBytes(after ?? ''), limit);
    return {
      lockouts: rows.map((row) => ({
        userId: idFromBytes(row.user_id),
        ...present('externalUserId', row.external_user_id),
        lockedUntilMs: row.locked_until_ms,
      })),
      ...nextOf(rows, limit, (row) => idFromBytes(row.user_id)),
    };
  },
});
