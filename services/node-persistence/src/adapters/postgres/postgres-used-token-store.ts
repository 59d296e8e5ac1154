import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { UsedTokenStore } from '../../ports/used-token-store.ts';

// Of simultaneous callers the unique key lets one insert. A row outlives its token by the pause of the clean-up, which
// refuses no token that could still be used: it has expired.
const insertToken = statement<never, [tokenSha256: Uint8Array, expiresAtMs: number]>(
  'use-token-once',
  `INSERT INTO node_persistence.used_tokens (token_sha256, expires_at_ms) VALUES ($1, $2)
   ON CONFLICT DO NOTHING`,
);

export const createPostgresUsedTokenStore = (database: Database): UsedTokenStore => ({
  async useTokenOnce(tokenSha256, expiresAtMs) {
    return (await database.execute(insertToken, tokenSha256, expiresAtMs)) === 1;
  },
});
