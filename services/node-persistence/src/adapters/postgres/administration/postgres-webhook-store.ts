import { type Database, type Queryable, statement } from '@openrecognize/service-kit/postgres';
import type { AdministrativeAct, WebhookStore } from '../../../ports/administration-store.ts';
import { appendAudit } from './append-audit.ts';
import { createPostgresDeliveryStore } from './postgres-delivery-store.ts';
import { WEBHOOK, type WebhookRow, webhookOf } from './webhook-rows.ts';

/** Subscriptions of one tenant. */
const MAX_WEBHOOKS = 20;

const lockTenant = statement<{ readonly tenant_id: number }, [tenantId: number]>(
  'webhooks-lock-tenant',
  'SELECT tenant_id FROM node_persistence.tenants WHERE tenant_id = $1 FOR NO KEY UPDATE',
);
const selectWebhooks = statement<WebhookRow, [tenantId: number]>(
  'list-webhooks',
  `SELECT ${WEBHOOK} FROM node_persistence.webhooks w WHERE w.tenant_id = $1 ORDER BY w.created_at_ms, w.webhook_id`,
);
const insertWebhook = statement<
  WebhookRow,
  [id: string, tenantId: number, url: string, types: readonly string[], nowMs: number]
>(
  'add-webhook',
  `INSERT INTO node_persistence.webhooks AS w (webhook_id, tenant_id, url, event_types, created_at_ms)
   VALUES ($1, $2, $3, $4, $5) RETURNING ${WEBHOOK}`,
);
const updateWebhook = statement<
  WebhookRow,
  [id: string, url: string | null, types: readonly string[] | null, enabled: boolean | null]
>(
  'change-webhook',
  `UPDATE node_persistence.webhooks w SET url = coalesce($2, w.url), event_types = coalesce($3, w.event_types),
     enabled = coalesce($4, w.enabled) WHERE w.webhook_id = $1 RETURNING ${WEBHOOK}`,
);
const deleteWebhook = statement<never, [id: string]>(
  'remove-webhook',
  'DELETE FROM node_persistence.webhooks WHERE webhook_id = $1',
);
const deleteDeliveries = statement<never, [id: string]>(
  'remove-webhook-deliveries',
  'DELETE FROM node_persistence.webhook_deliveries WHERE webhook_id = $1',
);
const advanceSecret = statement<{ readonly secret_version: number }, [id: string, nowMs: number]>(
  'advance-webhook-secret',
  `UPDATE node_persistence.webhooks SET secret_version = secret_version + 1, secret_rotated_at_ms = $2
    WHERE webhook_id = $1 RETURNING secret_version`,
);
const replayDead = statement<never, [id: string]>(
  'replay-dead-deliveries',
  `UPDATE node_persistence.webhook_deliveries SET state = 'pending', attempts = 0, due_at_ms = 0, finished_at_ms = NULL
    WHERE webhook_id = $1 AND state = 'dead'`,
);

/** Runs `change` on a webhook of the tenant and writes it down; undefined when the tenant has no such webhook. */
const changeOf =
  (database: Database) =>
  <T>(
    { tenantId, webhookId, act, nowMs }: WebhookChange,
    action: string,
    change: (transaction: Queryable, before: WebhookRow) => Promise<Changed<T>>,
  ): Promise<T | undefined> =>
    database.transaction(async (transaction) => {
      await transaction.row(lockTenant, tenantId);
      const rows = await transaction.rows(selectWebhooks, tenantId);
      const row = rows.find((candidate) => candidate.webhook_id === webhookId);
      if (row === undefined) return undefined;
      const { result, before, after } = await change(transaction, row);
      const details = { ...(before ? { before } : {}), ...(after ? { after } : {}) };
      await appendAudit(
        transaction,
        { chainId: tenantId, act, action, target: webhookId, ...details },
        nowMs,
      );
      return result;
    });

interface WebhookChange {
  readonly tenantId: number;
  readonly webhookId: string;
  readonly act: AdministrativeAct;
  readonly nowMs: number;
}

interface Changed<T> {
  readonly result: T;
  readonly before?: object;
  readonly after?: object;
}

/** Host alone: paths and queries of webhook addresses often hold a credential. */
const auditedOf = (row: WebhookRow) => ({
  host: new URL(row.url).host,
  eventTypes: row.event_types,
  enabled: row.enabled,
});

export const createPostgresWebhookStore = (database: Database): WebhookStore => {
  const change = changeOf(database);
  return {
    ...createPostgresDeliveryStore(database),
    listWebhooks: async (tenantId) => (await database.rows(selectWebhooks, tenantId)).map(webhookOf),
    addWebhook: (tenantId, webhookId, { url, eventTypes }, act, nowMs) =>
      database.transaction(async (transaction) => {
        if ((await transaction.row(lockTenant, tenantId)) === undefined) return 'tenant-not-found';
        if ((await transaction.rows(selectWebhooks, tenantId)).length >= MAX_WEBHOOKS) return 'too-many';
        const row = (await transaction.row(insertWebhook, webhookId, tenantId, url, eventTypes, nowMs))!;
        const record = { chainId: tenantId, act, action: 'webhook.create', target: webhookId };
        await appendAudit(transaction, { ...record, after: auditedOf(row) }, nowMs);
        return webhookOf(row);
      }),
    changeWebhook: (tenantId, webhookId, { url, eventTypes, enabled }, act, nowMs) =>
      change({ tenantId, webhookId, act, nowMs }, 'webhook.update', async (transaction, before) => {
        const values = [url ?? null, eventTypes ?? null, enabled ?? null] as const;
        const after = (await transaction.row(updateWebhook, webhookId, ...values))!;
        return { result: webhookOf(after), before: auditedOf(before), after: auditedOf(after) };
      }),
    async removeWebhook(tenantId, webhookId, act, nowMs) {
      const input = { tenantId, webhookId, act, nowMs };
      const removed = await change(input, 'webhook.delete', async (transaction, before) => {
        await transaction.execute(deleteWebhook, webhookId);
        await transaction.execute(deleteDeliveries, webhookId);
        return { result: true, before: auditedOf(before) };
      });
      return removed ?? false;
    },
    advanceWebhookSecret: (tenantId, webhookId, act, nowMs) =>
      change({ tenantId, webhookId, act, nowMs }, 'webhook.rotate-secret', async (transaction) => {
        const { secret_version: secretVersion } = (await transaction.row(advanceSecret, webhookId, nowMs))!;
        return { result: { secretVersion }, after: { secretVersion } };
      }),
    replayDeadDeliveries: (tenantId, webhookId, act, nowMs) =>
      change({ tenantId, webhookId, act, nowMs }, 'webhook.replay-dead', async (transaction) => {
        const replayed = await transaction.execute(replayDead, webhookId);
        return { result: { replayed }, after: { replayed } };
      }),
  };
};
