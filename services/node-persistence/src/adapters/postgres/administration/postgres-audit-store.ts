import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { AuditStore } from '../../../ports/administration-store.ts';
import { present } from '../ids.ts';

interface EntryRow {
  readonly sequence: number;
  readonly occurred_at_ms: number;
  readonly actor_kind: 'operator' | 'api-key' | 'system';
  readonly actor_id: string;
  readonly actor_name: string | null;
  readonly action: string;
  readonly target: string;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly request_id: string;
  readonly hash: Buffer;
}

interface VerificationRow {
  readonly out_checked: number;
  readonly out_first_broken: number | null;
  readonly out_pruned: number;
  readonly out_head: number;
  readonly out_head_hash: Buffer;
}

const selectEntries = statement<EntryRow, [chainId: number, before: number | null, limit: number]>(
  'list-audit-entries',
  `SELECT sequence, occurred_at_ms, actor_kind, actor_id, actor_name, action, target, before, after, request_id, hash
     FROM node_persistence.audit_entries
    WHERE chain_id = $1 AND ($2::bigint IS NULL OR sequence < $2) ORDER BY sequence DESC LIMIT $3`,
);
const callVerify = statement<VerificationRow, [chainId: number]>(
  'verify-audit',
  'SELECT * FROM node_persistence.verify_audit($1)',
);

export const createPostgresAuditStore = (database: Database): AuditStore => ({
  async listAuditEntries(chainId, { before, limit }) {
    const rows = await database.rows(selectEntries, chainId, before ?? null, limit);
    return {
      entries: rows.map((row) => ({
        sequence: row.sequence,
        occurredAtMs: row.occurred_at_ms,
        actor: { kind: row.actor_kind, id: row.actor_id, ...present('name', row.actor_name) },
        action: row.action,
        target: row.target,
        ...present('before', row.before),
        ...present('after', row.after),
        requestId: row.request_id,
        hash: row.hash.toString('hex'),
      })),
      ...(rows.length < limit ? {} : { next: rows.at(-1)!.sequence }),
    };
  },
  async verifyAuditChain(chainId) {
    const row = (await database.row(callVerify, chainId))!;
    return {
      intact: row.out_first_broken === null,
      checkedEntries: row.out_checked,
      ...present('firstBrokenSequence', row.out_first_broken),
      prunedSequence: row.out_pruned,
      headSequence: row.out_head,
      headHash: row.out_head_hash.toString('hex'),
    };
  },
});
