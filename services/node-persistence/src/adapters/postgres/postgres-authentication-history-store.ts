import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type {
  AuthenticationHistoryStore,
  RecordedOutcome,
} from '../../ports/authentication-history-store.ts';
import { idFromBytes, idToBytes, present } from './ids.ts';

interface AuthenticationRow {
  readonly user_id: Buffer;
  readonly external_user_id: string | null;
  readonly device_id: Buffer;
  readonly created_at_ms: number;
  readonly result: RecordedOutcome;
  readonly operation_id: string | null;
}

type Wanted = [
  tenantId: number,
  userId: Buffer | null,
  externalUserKey: string | null,
  operationId: string | null,
  nowMs: number,
];

const OWNERS = `node_persistence.users u JOIN node_persistence.tenants t ON t.tenant_id = u.tenant_id`;
const VISIBLE = `a.user_id = u.user_id AND ($4::text IS NULL OR a.operation_id = $4)
  AND a.created_at_ms > $5::bigint - t.authentication_visibility_seconds * 1000::bigint`;
const OWNED = 'u.tenant_id = $1 AND (u.user_id = $2 OR u.external_user_key = $3)';

const countVisible = statement<{ readonly users: number; readonly total: number }, Wanted>(
  'count-recent-authentications',
  `SELECT count(DISTINCT u.user_id)::integer AS users, count(a.authentication_id)::integer AS total
     FROM ${OWNERS} LEFT JOIN node_persistence.authentications a ON ${VISIBLE} WHERE ${OWNED}`,
);

const selectVisible = statement<AuthenticationRow, [...Wanted, limit: number, offset: number]>(
  'list-recent-authentications',
  `SELECT a.user_id, u.external_user_id, a.device_id, a.created_at_ms, a.result, a.operation_id
     FROM ${OWNERS} JOIN node_persistence.authentications a ON ${VISIBLE} WHERE ${OWNED}
    ORDER BY a.created_at_ms DESC, a.authentication_id DESC LIMIT $6 OFFSET $7`,
);

export const createPostgresAuthenticationHistoryStore = (database: Database): AuthenticationHistoryStore => ({
  async listRecentAuthentications(tenantId, owner, operationId, { offset, limit }, nowMs) {
    const wanted: Wanted = [
      tenantId,
      'userId' in owner ? idToBytes(owner.userId) : null,
      'externalUserKey' in owner ? owner.externalUserKey : null,
      operationId ?? null,
      nowMs,
    ];
    const { users, total } = (await database.row(countVisible, ...wanted))!;
    if (users === 0) return undefined;
    const rows = total > offset ? await database.rows(selectVisible, ...wanted, limit, offset) : [];
    const authentications = rows.map((row) => ({
      userId: idFromBytes(row.user_id),
      ...present('externalUserId', row.external_user_id),
      deviceId: idFromBytes(row.device_id),
      createdAtMs: row.created_at_ms,
      outcome: row.result,
      ...present('operationId', row.operation_id),
    }));
    return { total, authentications };
  },
});
