import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { WebhookStore } from '../../../ports/administration-store.ts';
import { present } from '../ids.ts';
import { appendAudit } from './append-audit.ts';
import { DELIVERY, type DeliveryRow, deliveryOf, EVENT, type EventRow, eventOf } from './webhook-rows.ts';

type DeliveryStore = Pick<
  WebhookStore,
  | 'listWebhookDeliveries'
  | 'readWebhookDelivery'
  | 'replayWebhookDelivery'
  | 'claimWebhookDeliveries'
  | 'finishWebhookDelivery'
>;

const FROM_DELIVERIES = `FROM node_persistence.webhook_deliveries d
  JOIN node_persistence.webhook_events e ON e.event_id = d.event_id
  JOIN node_persistence.tenants t ON t.tenant_id = d.tenant_id`;

const selectDeliveries = statement<
  DeliveryRow,
  [tenantId: number, before: number | null, webhookId: string | null, state: string | null, limit: number]
>(
  'list-webhook-deliveries',
  `SELECT ${DELIVERY} ${FROM_DELIVERIES}
    WHERE d.tenant_id = $1 AND ($2::bigint IS NULL OR d.delivery_id < $2)
      AND ($3::uuid IS NULL OR d.webhook_id = $3) AND ($4::text IS NULL OR d.state = $4)
    ORDER BY d.delivery_id DESC LIMIT $5`,
);
const selectDelivery = statement<DeliveryRow & EventRow, [tenantId: number, deliveryId: number]>(
  'read-webhook-delivery',
  `SELECT ${DELIVERY}, ${EVENT} ${FROM_DELIVERIES} WHERE d.tenant_id = $1 AND d.delivery_id = $2`,
);
const selectAttempts = statement<
  {
    readonly attempted_at_ms: number;
    readonly http_status: number | null;
    readonly failure: string | null;
    readonly duration_ms: number;
  },
  [deliveryId: number]
>(
  'webhook-attempts',
  `SELECT attempted_at_ms, http_status, failure, duration_ms FROM node_persistence.webhook_attempts
    WHERE delivery_id = $1 ORDER BY attempt_no DESC LIMIT 100`,
);
const replayOne = statement<never, [tenantId: number, deliveryId: number]>(
  'replay-webhook-delivery',
  `UPDATE node_persistence.webhook_deliveries SET state = 'pending', attempts = 0, due_at_ms = 0, finished_at_ms = NULL
    WHERE tenant_id = $1 AND delivery_id = $2 AND state <> 'pending'`,
);
const claim = statement<
  EventRow & {
    readonly delivery_id: number;
    readonly attempts: number;
    readonly webhook_id: string;
    readonly url: string;
    readonly secret_version: number;
    readonly secret_rotated_at_ms: number | null;
  },
  [nowMs: number, leaseMs: number, limit: number]
>(
  'claim-webhook-deliveries',
  `SELECT d.delivery_id, d.attempts, d.webhook_id, w.url, w.secret_version, w.secret_rotated_at_ms, ${EVENT}
     FROM node_persistence.claim_deliveries($1, $2, $3) d
     JOIN node_persistence.webhooks w ON w.webhook_id = d.webhook_id
     JOIN node_persistence.webhook_events e ON e.event_id = d.event_id
     JOIN node_persistence.tenants t ON t.tenant_id = d.tenant_id
    ORDER BY d.delivery_id`,
);
// The number of the attempt names the lease: a late answer to an earlier one changes nothing.
const finish = statement<
  never,
  [
    deliveryId: number,
    attempt: number,
    state: string,
    dueAtMs: number,
    nowMs: number,
    httpStatus: number | null,
    failure: string | null,
    durationMs: number,
  ]
>(
  'finish-webhook-delivery',
  `WITH mine AS (
     UPDATE node_persistence.webhook_deliveries
        SET state = $3, due_at_ms = $4, finished_at_ms = CASE WHEN $3 = 'pending' THEN NULL ELSE $5::bigint END
      WHERE delivery_id = $1 AND attempts = $2 AND state = 'pending' RETURNING delivery_id
   )
   INSERT INTO node_persistence.webhook_attempts (delivery_id, attempted_at_ms, http_status, failure, duration_ms)
   SELECT delivery_id, $5, $6, $7, $8 FROM mine`,
);

export const createPostgresDeliveryStore = (database: Database): DeliveryStore => ({
  async listWebhookDeliveries(tenantId, { before, webhookId, state, limit }) {
    const values = [before ?? null, webhookId ?? null, state ?? null, limit] as const;
    const rows = await database.rows(selectDeliveries, tenantId, ...values);
    return {
      deliveries: rows.map(deliveryOf),
      ...(rows.length < limit ? {} : { next: rows.at(-1)!.delivery_id }),
    };
  },
  async readWebhookDelivery(tenantId, deliveryId) {
    const row = await database.row(selectDelivery, tenantId, deliveryId);
    if (row === undefined) return undefined;
    const attempts = await database.rows(selectAttempts, deliveryId);
    return {
      delivery: deliveryOf(row),
      event: eventOf(row),
      attempts: attempts.map((attempt) => ({
        attemptedAtMs: attempt.attempted_at_ms,
        ...present('httpStatus', attempt.http_status),
        ...present('failure', attempt.failure),
        durationMs: attempt.duration_ms,
      })),
    };
  },
  replayWebhookDelivery: (tenantId, deliveryId, act, nowMs) =>
    database.transaction(async (transaction) => {
      await transaction.execute(replayOne, tenantId, deliveryId);
      const row = await transaction.row(selectDelivery, tenantId, deliveryId);
      if (row === undefined) return undefined;
      const record = { chainId: tenantId, act, action: 'webhook.replay', target: row.webhook_id };
      await appendAudit(transaction, { ...record, after: { deliveryId } }, nowMs);
      return deliveryOf(row);
    }),
  async claimWebhookDeliveries(limit, leaseMs, nowMs) {
    const rows = await database.rows(claim, nowMs, leaseMs, limit);
    return {
      deliveries: rows.map((row) => ({
        deliveryId: row.delivery_id,
        webhookId: row.webhook_id,
        url: row.url,
        secretVersion: row.secret_version,
        ...present('secretRotatedAtMs', row.secret_rotated_at_ms),
        attempt: row.attempts,
        event: eventOf(row),
      })),
    };
  },
  async finishWebhookDelivery(deliveryId, result, nowMs) {
    const { attempt, outcome, retryAfterMs = 0, httpStatus = null, failure = null, durationMs } = result;
    const state = outcome === 'retry' ? 'pending' : outcome;
    const dueAtMs = nowMs + retryAfterMs;
    await database.execute(
      finish,
      deliveryId,
      attempt,
      state,
      dueAtMs,
      nowMs,
      httpStatus,
      failure,
      durationMs,
    );
  },
});
