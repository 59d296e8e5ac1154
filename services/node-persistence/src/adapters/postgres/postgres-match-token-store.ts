import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { MatchTokenStore } from '../../ports/match-token-store.ts';
import { idToBytes } from './ids.ts';

const callPutMatchTokens = statement<
  { readonly outcome: 'stored' | 'conflict' | 'device-not-found' },
  [userId: Buffer, deviceId: Buffer, indexes: readonly number[], hashes: readonly Buffer[]]
>(
  'put-match-tokens',
  'SELECT node_persistence.put_match_tokens($1, $2, $3::bigint[], $4::bytea[]) AS outcome',
);

// Of several takers the first gets the row's lock; for the others it no longer fits the condition.
const takeToken = statement<
  { readonly token_hash: Buffer },
  [userId: Buffer, deviceId: Buffer, circuitIndex: number, nowMs: number]
>(
  'take-match-token',
  `UPDATE node_persistence.match_tokens m SET token_hash = NULL, taken_at_ms = $4
     FROM (SELECT token_hash FROM node_persistence.match_tokens
            WHERE user_id = $1 AND device_id = $2 AND circuit_index = $3 AND token_hash IS NOT NULL
              FOR UPDATE) AS taken
    WHERE m.user_id = $1 AND m.device_id = $2 AND m.circuit_index = $3
   RETURNING taken.token_hash`,
);

export const createPostgresMatchTokenStore = (database: Database): MatchTokenStore => ({
  async putMatchTokens(userId, deviceId, tokens) {
    const row = await database.row(
      callPutMatchTokens,
      idToBytes(userId),
      idToBytes(deviceId),
      tokens.map(({ circuitIndex }) => circuitIndex),
      tokens.map(({ tokenHash }) => Buffer.from(tokenHash)),
    );
    return row!.outcome;
  },
  async takeMatchToken(userId, deviceId, circuitIndex, nowMs) {
    const row = await database.row(takeToken, idToBytes(userId), idToBytes(deviceId), circuitIndex, nowMs);
    return row?.token_hash;
  },
});
