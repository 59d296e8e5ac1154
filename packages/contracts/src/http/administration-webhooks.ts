import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { DeviceId, TimestampMs, UserId, Uuid } from './fields.ts';

const strict = { additionalProperties: false } as const;
const operatorErrors = ['OPERATOR_SESSION_INVALID', 'FORBIDDEN', 'CUSTOMER_NOT_FOUND'] as const;
const webhookParams = Type.Object({ webhookId: Uuid });

const WebhookEventType = Type.Union([
  Type.Literal('user.enrolled'),
  Type.Literal('user.deleted'),
  Type.Literal('authentication.succeeded'),
  Type.Literal('authentication.failed'),
  Type.Literal('user.locked-out'),
  Type.Literal('user.unlocked'),
  Type.Literal('device.deleted'),
  Type.Literal('settings.changed'),
]);
const EventTypes = Type.Array(WebhookEventType, { minItems: 1, maxItems: 8, uniqueItems: true });
/** https; http for a loopback address alone. Credentials and fragments are refused. */
const WebhookUrl = Type.String({ pattern: '^https?://', maxLength: 2_048 });

/** What is posted: ids only, no personal data. `Kl-Signature: t=<seconds>,v1=<hex>` signs `<t>.<body>` (HMAC-SHA-256). */
export const WebhookEvent = Type.Object({
  eventId: Uuid,
  type: WebhookEventType,
  customer: Type.String(),
  occurredAtMs: TimestampMs,
  data: Type.Object({
    userId: Type.Optional(UserId),
    deviceId: Type.Optional(DeviceId),
    operationId: Type.Optional(Type.String()),
    /** Outcome of a failed authentication. */
    reason: Type.Optional(Type.String()),
    lockedUntilMs: Type.Optional(TimestampMs),
    settingsVersion: Type.Optional(Type.Integer()),
  }),
});

export const Webhook = Type.Object({
  webhookId: Uuid,
  url: Type.String(),
  eventTypes: Type.Array(WebhookEventType),
  enabled: Type.Boolean(),
  createdAtMs: TimestampMs,
  pendingDeliveries: Type.Integer({ minimum: 0 }),
  deadDeliveries: Type.Integer({ minimum: 0 }),
});
/** Shown at creation and rotation only. */
const WebhookSecret = Type.String({ pattern: '^whsec_[A-Za-z0-9_-]{43}$' });

export const listWebhooks = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/webhooks',
  summary: 'Webhook subscriptions of the tenant',
  auth: 'operator',
  idempotent: true,
  status: 200,
  response: Type.Object({ webhooks: Type.Array(Webhook) }),
  errors: operatorErrors,
});

/** CONFLICT: the tenant has as many subscriptions as allowed (20). */
export const createWebhook = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/webhooks',
  summary: 'Subscribes an address to events; this answer is the only one that holds the secret',
  auth: 'operator',
  idempotent: false,
  body: Type.Object({ url: WebhookUrl, eventTypes: EventTypes }, strict),
  status: 201,
  response: Type.Object({ ...Webhook.properties, secret: WebhookSecret }),
  errors: [...operatorErrors, 'CONFLICT', 'BAD_REQUEST'],
});

export const updateWebhook = defineEndpoint({
  method: 'PATCH',
  path: '/v2/admin/webhooks/:webhookId',
  summary: 'Changes a subscription; a disabled one gets no new events',
  auth: 'operator',
  idempotent: true,
  params: webhookParams,
  body: Type.Object(
    {
      url: Type.Optional(WebhookUrl),
      eventTypes: Type.Optional(EventTypes),
      enabled: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
  status: 200,
  response: Webhook,
  errors: [...operatorErrors, 'NOT_FOUND', 'BAD_REQUEST'],
});

export const deleteWebhook = defineEndpoint({
  method: 'DELETE',
  path: '/v2/admin/webhooks/:webhookId',
  summary: 'Deletes a subscription with its deliveries',
  auth: 'operator',
  idempotent: true,
  params: webhookParams,
  status: 204,
  response: 'empty',
  errors: [...operatorErrors, 'NOT_FOUND'],
});

export const rotateWebhookSecret = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/webhooks/:webhookId/rotate-secret',
  summary: 'Makes a new secret; for 24 hours deliveries carry signatures by both',
  auth: 'operator',
  idempotent: false,
  params: webhookParams,
  status: 200,
  response: Type.Object({ secret: WebhookSecret }),
  errors: [...operatorErrors, 'NOT_FOUND'],
});

const DeliveryState = Type.Union([Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('dead')]);

export const WebhookDelivery = Type.Object({
  deliveryId: Type.Integer({ minimum: 1 }),
  webhookId: Uuid,
  eventId: Uuid,
  eventType: WebhookEventType,
  state: DeliveryState,
  attempts: Type.Integer({ minimum: 0 }),
  createdAtMs: TimestampMs,
  /** Of a pending one. */
  nextAttemptAtMs: Type.Optional(TimestampMs),
  finishedAtMs: Type.Optional(TimestampMs),
});

export const listWebhookDeliveries = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/webhook-deliveries',
  summary: 'Deliveries, the newest first; state=dead is the dead-letter list',
  auth: 'operator',
  idempotent: true,
  query: Type.Object({
    webhookId: Type.Optional(Uuid),
    state: Type.Optional(DeliveryState),
    before: Type.Optional(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  }),
  status: 200,
  response: Type.Object({
    deliveries: Type.Array(WebhookDelivery),
    next: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  errors: operatorErrors,
});

const deliveryParams = Type.Object({
  deliveryId: Type.Integer({ minimum: 1, maximum: 9_007_199_254_740_991 }),
});

export const WebhookAttempt = Type.Object({
  attemptedAtMs: TimestampMs,
  /** HTTP status of the answer; absent when there was none. */
  httpStatus: Type.Optional(Type.Integer({ minimum: 100, maximum: 999 })),
  /** `timeout`, `refused-address`, `redirect`, `status`, `connection`, `answer-too-large`; absent after a success. */
  failure: Type.Optional(Type.String()),
  durationMs: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
});

export const readWebhookDelivery = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/webhook-deliveries/:deliveryId',
  summary: 'A delivery, its event and its attempts',
  auth: 'operator',
  idempotent: true,
  params: deliveryParams,
  status: 200,
  response: Type.Object({
    delivery: WebhookDelivery,
    event: WebhookEvent,
    attempts: Type.Array(WebhookAttempt),
  }),
  errors: [...operatorErrors, 'NOT_FOUND'],
});

export const replayWebhookDelivery = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/webhook-deliveries/:deliveryId/replay',
  summary: 'Sends a delivered or dead event once more, with the same event id',
  auth: 'operator',
  idempotent: false,
  params: deliveryParams,
  status: 200,
  response: WebhookDelivery,
  errors: [...operatorErrors, 'NOT_FOUND'],
});

export const replayDeadWebhookDeliveries = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/webhooks/:webhookId/replay-dead',
  summary: 'Sends every dead event of a subscription once more',
  auth: 'operator',
  idempotent: false,
  params: webhookParams,
  status: 200,
  response: Type.Object({ replayed: Type.Integer({ minimum: 0 }) }),
  errors: [...operatorErrors, 'NOT_FOUND'],
});
