import type { Webhook, WebhookDelivery, WebhookEvent } from '@openrecognize/contracts';
import type { Static } from 'typebox';
import { present } from '../ids.ts';

export interface WebhookRow {
  readonly webhook_id: string;
  readonly url: string;
  readonly event_types: Static<typeof Webhook>['eventTypes'];
  readonly enabled: boolean;
  readonly created_at_ms: number;
  readonly pending: number;
  readonly dead: number;
}

const countOf = (state: string): string =>
  `(SELECT count(*)::integer FROM node_persistence.webhook_deliveries d
     WHERE d.webhook_id = w.webhook_id AND d.state = '${state}')`;

export const WEBHOOK = `w.webhook_id, w.url, w.event_types, w.enabled, w.created_at_ms,
  ${countOf('pending')} AS pending, ${countOf('dead')} AS dead`;

export const webhookOf = (row: WebhookRow): Static<typeof Webhook> => ({
  webhookId: row.webhook_id,
  url: row.url,
  eventTypes: row.event_types,
  enabled: row.enabled,
  createdAtMs: row.created_at_ms,
  pendingDeliveries: row.pending,
  deadDeliveries: row.dead,
});

export interface DeliveryRow {
  readonly delivery_id: number;
  readonly webhook_id: string;
  readonly event_id: string;
  readonly type: Static<typeof WebhookEvent>['type'];
  readonly state: Static<typeof WebhookDelivery>['state'];
  readonly attempts: number;
  readonly created_at_ms: number;
  readonly due_at_ms: number;
  readonly finished_at_ms: number | null;
}

export const DELIVERY = `d.delivery_id, d.webhook_id, d.event_id, e.type, d.state, d.attempts, d.created_at_ms,
  d.due_at_ms, d.finished_at_ms`;

export const deliveryOf = (row: DeliveryRow): Static<typeof WebhookDelivery> => ({
  deliveryId: row.delivery_id,
  webhookId: row.webhook_id,
  eventId: row.event_id,
  eventType: row.type,
  state: row.state,
  attempts: row.attempts,
  createdAtMs: row.created_at_ms,
  ...(row.state === 'pending' ? { nextAttemptAtMs: row.due_at_ms } : {}),
  ...present('finishedAtMs', row.finished_at_ms),
});

export interface EventRow {
  readonly event_id: string;
  readonly type: Static<typeof WebhookEvent>['type'];
  readonly customer: string;
  readonly occurred_at_ms: number;
  readonly data: Static<typeof WebhookEvent>['data'];
}

export const EVENT = 'e.event_id, e.type, e.occurred_at_ms, e.data, t.customer';

export const eventOf = (row: EventRow): Static<typeof WebhookEvent> => ({
  eventId: row.event_id,
  type: row.type,
  customer: row.customer,
  occurredAtMs: row.occurred_at_ms,
  data: row.data,
});
