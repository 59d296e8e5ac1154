import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { OperationStore, StoredOperation } from '../../ports/operation-store.ts';
import { idFromBytes, idToBytes, present } from './ids.ts';

interface OperationRow {
  readonly operation_no: number;
  readonly user_id: Buffer;
  readonly operation_id: string;
  readonly payload: string | null;
  readonly external_user_id: string | null;
  readonly api_key_id: string | null;
  readonly state: 'pending' | 'approved';
  readonly created_at_ms: number;
  readonly approved_at_ms: number | null;
}

// One that a device created was approved at that moment.
const COLUMNS = `o.operation_no, o.user_id, o.operation_id, o.payload, o.external_user_id, o.api_key_id, o.state,
  o.created_at_ms, CASE WHEN o.state = 'approved' THEN coalesce(o.approved_at_ms, o.created_at_ms) END AS approved_at_ms`;

const insertOperation = statement<
  { readonly user_found: boolean; readonly created: boolean },
  [
    tenantId: number,
    userId: Buffer,
    operationId: string,
    payload: string | null,
    externalUserId: string | null,
    apiKeyId: string,
    nowMs: number,
  ]
>(
  'create-pending-operation',
  `WITH owner AS (
     SELECT user_id FROM node_persistence.users WHERE tenant_id = $1 AND user_id = $2 FOR KEY SHARE
   ), inserted AS (
     INSERT INTO node_persistence.operations
       (tenant_id, operation_id, user_id, payload, external_user_id, api_key_id, created_at_ms, state)
     SELECT $1, $3, user_id, $4, $5, $6, $7, 'pending' FROM owner
     ON CONFLICT ON CONSTRAINT operations_unique DO NOTHING RETURNING operation_no
   )
   SELECT EXISTS (SELECT FROM owner) AS user_found, EXISTS (SELECT FROM inserted) AS created`,
);

const selectPending = statement<
  Partial<OperationRow>,
  [tenantId: number, userId: Buffer, limit: number, offset: number]
>(
  'list-pending-operations',
  // One row even without operations: that the user exists.
  `SELECT o.* FROM node_persistence.users u LEFT JOIN LATERAL (
     SELECT ${COLUMNS} FROM node_persistence.operations o
      WHERE o.user_id = u.user_id AND o.tenant_id = u.tenant_id AND o.state = 'pending'
      ORDER BY o.operation_no LIMIT $3 OFFSET $4) AS o ON true
   WHERE u.tenant_id = $1 AND u.user_id = $2 ORDER BY o.operation_no`,
);

const selectOperation = statement<OperationRow, [tenantId: number, operationId: string]>(
  'read-operation',
  `SELECT ${COLUMNS} FROM node_persistence.operations o WHERE o.tenant_id = $1 AND o.operation_id = $2`,
);

const operationOf = (row: OperationRow): StoredOperation => ({
  operationNo: row.operation_no,
  userId: idFromBytes(row.user_id),
  operationId: row.operation_id,
  ...present('payload', row.payload),
  ...present('externalUserId', row.external_user_id),
  ...present('apiKeyId', row.api_key_id),
  state: row.state,
  createdAtMs: row.created_at_ms,
  ...present('approvedAtMs', row.approved_at_ms),
});

export const createPostgresOperationStore = (database: Database): OperationStore => ({
  async createPendingOperation({ tenantId, userId, operationId, payload, externalUserId, apiKeyId }, nowMs) {
    const row = await database.row(
      insertOperation,
      tenantId,
      idToBytes(userId),
      operationId,
      payload ?? null,
      externalUserId ?? null,
      apiKeyId,
      nowMs,
    );
    if (!row!.user_found) return 'user-not-found';
    return row!.created ? 'created' : 'operation-exists';
  },
  async listPendingOperations(tenantId, userId, { offset, limit }) {
    const rows = await database.rows(selectPending, tenantId, idToBytes(userId), limit, offset);
    if (rows.length === 0) return undefined;
    return rows.filter((row): row is OperationRow => row.operation_no !== null).map(operationOf);
  },
  async readOperation(tenantId, operationId) {
    const row = await database.row(selectOperation, tenantId, operationId);
    return row === undefined ? undefined : operationOf(row);
  },
});
