import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { CircuitPurgeStore } from '../../ports/circuit-purge-store.ts';
import { idFromBytes, idToBytes } from './ids.ts';

interface PurgeRow {
  readonly user_id: Buffer;
  readonly device_id: Buffer;
  readonly never_counted: boolean;
}

const selectPurges = statement<PurgeRow, [limit: number]>(
  'list-circuit-purges',
  `SELECT user_id, device_id, never_counted FROM node_persistence.circuit_purges
    ORDER BY created_at_ms LIMIT $1`,
);
const deletePurge = statement<never, [userId: Buffer, deviceId: Buffer]>(
  'finish-circuit-purge',
  'DELETE FROM node_persistence.circuit_purges WHERE user_id = $1 AND device_id = $2',
);

export const createPostgresCircuitPurgeStore = (database: Database): CircuitPurgeStore => ({
  async listCircuitPurges(limit) {
    const rows = await database.rows(selectPurges, limit);
    return rows.map((row) => ({
      userId: idFromBytes(row.user_id),
      deviceId: idFromBytes(row.device_id),
      ...(row.never_counted ? { neverCounted: true } : {}),
    }));
  },
  async finishCircuitPurge(userId, deviceId) {
    await database.execute(deletePurge, idToBytes(userId), idToBytes(deviceId));
  },
});
