import { type Queryable, statement } from '@openrecognize/service-kit/postgres';
import type { AdministrativeAct } from '../../../ports/administration-store.ts';

export interface AuditRecord {
  /** Tenant id, or 0 for the installation. */
  readonly chainId: number;
  readonly act: AdministrativeAct;
  readonly action: string;
  readonly target: string;
  /** No secrets: who reads the trail may see less than who acted. */
  readonly before?: object;
  readonly after?: object;
}

const callAppend = statement<
  never,
  [
    chainId: number,
    nowMs: number,
    actorKind: string,
    actorId: string,
    actorName: string | null,
    action: string,
    target: string,
    before: string | null,
    after: string | null,
    requestId: string,
  ]
>(
  'append-audit',
  'SELECT node_persistence.append_audit($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10)',
);

const json = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);

/** Adds an entry in the transaction of the change it tells of. */
export const appendAudit = async (
  transaction: Queryable,
  { chainId, act, action, target, before, after }: AuditRecord,
  nowMs: number,
): Promise<void> => {
  const { actor, requestId } = act;
  await transaction.execute(
    callAppend,
    chainId,
    nowMs,
    actor.kind,
    actor.id,
    actor.name ?? null,
    action,
    target,
    json(before),
    json(after),
    requestId,
  );
};
