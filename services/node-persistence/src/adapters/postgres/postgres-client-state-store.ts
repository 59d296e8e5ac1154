import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { ClientStateStore } from '../../ports/client-state-store.ts';
import { idToBytes } from './ids.ts';

const putState = statement<
  { readonly user_found: boolean; readonly version: number | null },
  [tenantId: number, userId: Buffer, expectedVersion: number, wrapped: Uint8Array]
>(
  'put-client-state',
  `WITH owner AS (
     SELECT user_id FROM node_persistence.users WHERE user_id = $2 AND tenant_id = $1 FOR KEY SHARE
   ), inserted AS (
     INSERT INTO node_persistence.client_states (user_id, version, wrapped)
     SELECT user_id, 1, $4 FROM owner WHERE $3::bigint = 0
     ON CONFLICT (user_id) DO NOTHING RETURNING version
   ), updated AS (
     UPDATE node_persistence.client_states c SET version = c.version + 1, wrapped = $4
       FROM owner WHERE c.user_id = owner.user_id AND c.version = $3::bigint RETURNING c.version
   )
   SELECT EXISTS (SELECT FROM owner) AS user_found,
          (SELECT version FROM inserted UNION ALL SELECT version FROM updated) AS version`,
);

const selectState = statement<
  { readonly version: number; readonly wrapped: Buffer },
  [tenantId: number, userId: Buffer]
>(
  'read-client-state',
  `SELECT c.version, c.wrapped FROM node_persistence.client_states c
     JOIN node_persistence.users u ON u.user_id = c.user_id WHERE c.user_id = $2 AND u.tenant_id = $1`,
);

export const createPostgresClientStateStore = (database: Database): ClientStateStore => ({
  async putClientState(tenantId, userId, expectedVersion, wrapped) {
    const row = await database.row(putState, tenantId, idToBytes(userId), expectedVersion, wrapped);
    if (!row!.user_found) return { outcome: 'user-not-found' };
    if (row!.version === null) return { outcome: 'conflict' };
    return { outcome: 'stored', version: row!.version };
  },
  async readClientState(tenantId, userId) {
    return database.row(selectState, tenantId, idToBytes(userId));
  },
});
