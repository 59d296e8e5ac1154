import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { AdministrationMaintenanceStore } from '../../../ports/administration-store.ts';

type Purge = [nowMs: number, limit: number];

const DAY_MS = 86_400_000;

// The shortest history of any tenant bounds the scan.
const purgeHistories = statement<never, Purge>(
  'purge-tenant-histories',
  `DELETE FROM node_persistence.authentications WHERE authentication_id IN (
     SELECT a.authentication_id FROM node_persistence.authentications a
       JOIN node_persistence.users u ON u.user_id = a.user_id
       JOIN node_persistence.tenants t ON t.tenant_id = u.tenant_id
      WHERE a.created_at_ms <= $1 - (SELECT min(authentication_history_days) FROM node_persistence.tenants) * ${DAY_MS}::bigint
        AND a.created_at_ms <= $1 - t.authentication_history_days * ${DAY_MS}::bigint
      LIMIT $2 FOR UPDATE OF a SKIP LOCKED)`,
);
const selectChains = statement<{ readonly chain_id: number; readonly audit_days: number | null }, []>(
  'audit-chains',
  `SELECT c.chain_id, t.audit_days FROM node_persistence.audit_chains c
     LEFT JOIN node_persistence.tenants t ON t.tenant_id = c.chain_id`,
);
const pruneChain = statement<
  { readonly removed: number },
  [chainId: number, beforeMs: number, limit: number]
>('prune-audit', 'SELECT node_persistence.prune_audit($1, $2, $3) AS removed');
const purgeDeliveries = statement<never, Purge>(
  'purge-webhook-deliveries',
  `DELETE FROM node_persistence.webhook_deliveries WHERE delivery_id IN (
     SELECT delivery_id FROM node_persistence.webhook_deliveries d
      WHERE d.finished_at_ms <= $1 OR (d.created_at_ms <= $1 AND NOT EXISTS (
        SELECT FROM node_persistence.webhooks w WHERE w.webhook_id = d.webhook_id))
      LIMIT $2 FOR UPDATE SKIP LOCKED)`,
);
const purgeEvents = statement<never, Purge>(
  'purge-webhook-events',
  `DELETE FROM node_persistence.webhook_events WHERE event_id IN (
     SELECT event_id FROM node_persistence.webhook_events e
      WHERE e.occurred_at_ms <= $1
        AND NOT EXISTS (SELECT FROM node_persistence.webhook_deliveries d WHERE d.event_id = e.event_id)
      LIMIT $2 FOR UPDATE SKIP LOCKED)`,
);
const purgeSessions = statement<never, Purge>(
  'purge-operator-sessions',
  `DELETE FROM node_persistence.operator_sessions WHERE token_sha256 IN (
     SELECT token_sha256 FROM node_persistence.operator_sessions WHERE expires_at_ms <= $1
      LIMIT $2 FOR UPDATE SKIP LOCKED)`,
);
const purgeSignIns = statement<never, Purge>(
  'purge-sign-in-failures',
  `DELETE FROM node_persistence.sign_in_failures WHERE subject IN (
     SELECT subject FROM node_persistence.sign_in_failures WHERE window_started_at_ms <= $1
      LIMIT $2 FOR UPDATE SKIP LOCKED)`,
);

export const createPostgresAdministrationMaintenance = (
  database: Database,
): AdministrationMaintenanceStore => ({
  async purgeAdministration({ auditMs, webhookMs, signInMs }, nowMs, limit) {
    const removed = [
      await database.execute(purgeHistories, nowMs, limit),
      await database.execute(purgeDeliveries, nowMs - webhookMs, limit),
      await database.execute(purgeEvents, nowMs - webhookMs, limit),
      await database.execute(purgeSessions, nowMs, limit),
      await database.execute(purgeSignIns, nowMs - signInMs, limit),
    ];
    for (const chain of await database.rows(selectChains)) {
      const keptMs = chain.audit_days === null ? auditMs : chain.audit_days * DAY_MS;
      removed.push((await database.row(pruneChain, chain.chain_id, nowMs - keptMs, limit))!.removed);
    }
    return Math.max(...removed);
  },
});
