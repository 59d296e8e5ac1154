import { Type } from 'typebox';
import {
  listWebhookDeliveries,
  readWebhookDelivery,
  replayDeadWebhookDeliveries,
  updateWebhook,
  Webhook,
  WebhookAttempt,
  WebhookDelivery,
  WebhookEvent,
} from './administration-webhooks.ts';
import { AdministrativeAct } from './administrative-act.ts';
import { defineEndpoint } from './endpoint.ts';
import { DurationSeconds, TenantId, TimestampMs, Uuid } from './fields.ts';

const strict = { additionalProperties: false } as const;
const root = '/internal/v1/administration' as const;
const tenantRoot = `${root}/tenants/:tenantId` as const;
const tenantParams = Type.Object({ tenantId: TenantId });
const webhookParams = Type.Object({ tenantId: TenantId, webhookId: Uuid });
const DeliveryId = Type.Integer({ minimum: 1, maximum: 9_007_199_254_740_991 });
const deliveryParams = Type.Object({ tenantId: TenantId, deliveryId: DeliveryId });
const actOnly = Type.Object({ act: AdministrativeAct }, strict);
const SecretVersion = Type.Integer({ minimum: 1 });
const target = updateWebhook.body.properties;

export const listStoredWebhooks = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/webhooks`,
  summary: 'Webhook subscriptions of a tenant',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  status: 200,
  response: Type.Object({ webhooks: Type.Array(Webhook) }),
  errors: [],
});

export const addWebhook = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/webhooks`,
  summary: 'Adds a subscription; whether its address may be called is for the caller to check',
  auth: 'service-key',
  idempotent: false,
  params: tenantParams,
  body: Type.Object(
    { act: AdministrativeAct, url: Webhook.properties.url, eventTypes: Webhook.properties.eventTypes },
    strict,
  ),
  status: 201,
  response: Webhook,
  errors: ['CONFLICT', 'CUSTOMER_NOT_FOUND'],
});

export const changeWebhook = defineEndpoint({
  method: 'PATCH',
  path: `${tenantRoot}/webhooks/:webhookId`,
  summary: 'Changes a subscription',
  auth: 'service-key',
  idempotent: true,
  params: webhookParams,
  body: Type.Object({ act: AdministrativeAct, changes: Type.Object(target, strict) }, strict),
  status: 200,
  response: Webhook,
  errors: ['NOT_FOUND'],
});

export const removeWebhook = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/webhooks/:webhookId/remove`,
  summary: 'Deletes a subscription with its deliveries',
  auth: 'service-key',
  idempotent: true,
  params: webhookParams,
  body: actOnly,
  status: 204,
  response: 'empty',
  errors: ['NOT_FOUND'],
});

/** The secret itself is derived by the operations-service from a key of its own, the id and this version. */
export const advanceWebhookSecret = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/webhooks/:webhookId/advance-secret`,
  summary: 'Counts the version of the secret up',
  auth: 'service-key',
  idempotent: false,
  params: webhookParams,
  body: actOnly,
  status: 200,
  response: Type.Object({ secretVersion: SecretVersion }),
  errors: ['NOT_FOUND'],
});

export const listStoredWebhookDeliveries = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/webhook-deliveries`,
  summary: 'Deliveries of a tenant, the newest first',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  query: listWebhookDeliveries.query,
  status: 200,
  response: listWebhookDeliveries.response,
  errors: [],
});

export const readStoredWebhookDelivery = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/webhook-deliveries/:deliveryId`,
  summary: 'A delivery, its event and its attempts',
  auth: 'service-key',
  idempotent: true,
  params: deliveryParams,
  status: 200,
  response: readWebhookDelivery.response,
  errors: ['NOT_FOUND'],
});

export const replayStoredWebhookDelivery = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/webhook-deliveries/:deliveryId/replay`,
  summary: 'Makes a finished delivery pending again',
  auth: 'service-key',
  idempotent: false,
  params: deliveryParams,
  body: actOnly,
  status: 200,
  response: WebhookDelivery,
  errors: ['NOT_FOUND'],
});

export const replayStoredDeadDeliveries = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/webhooks/:webhookId/replay-dead`,
  summary: 'Makes every dead delivery of a subscription pending again',
  auth: 'service-key',
  idempotent: false,
  params: webhookParams,
  body: actOnly,
  status: 200,
  response: replayDeadWebhookDeliveries.response,
  errors: ['NOT_FOUND'],
});

/** A claimed delivery is the caller's until its lease ends; then another claim may get it: at least once, not once. */
export const claimWebhookDeliveries = defineEndpoint({
  method: 'POST',
  path: `${root}/webhook-deliveries/claim`,
  summary: 'Leases deliveries that are due',
  auth: 'service-key',
  idempotent: false,
  body: Type.Object(
    { limit: Type.Integer({ minimum: 1, maximum: 100 }), leaseSeconds: DurationSeconds },
    strict,
  ),
  status: 200,
  response: Type.Object({
    deliveries: Type.Array(
      Type.Object({
        deliveryId: DeliveryId,
        webhookId: Uuid,
        url: Type.String(),
        secretVersion: SecretVersion,
        /** When the version before this one was replaced. */
        secretRotatedAtMs: Type.Optional(TimestampMs),
        /** Counts from 1, this one included; names the lease. */
        attempt: Type.Integer({ minimum: 1 }),
        event: WebhookEvent,
      }),
    ),
  }),
  errors: [],
});

export const finishWebhookDelivery = defineEndpoint({
  method: 'POST',
  path: `${root}/webhook-deliveries/:deliveryId/finish`,
  summary: 'Records an attempt; ignored when the lease has gone to another',
  auth: 'service-key',
  idempotent: false,
  params: Type.Object({ deliveryId: DeliveryId }),
  body: Type.Object(
    {
      attempt: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
      outcome: Type.Union([Type.Literal('delivered'), Type.Literal('retry'), Type.Literal('dead')]),
      retryAfterMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 604_800_000 })),
      httpStatus: WebhookAttempt.properties.httpStatus,
      failure: Type.Optional(Type.String({ pattern: '^[a-z-]{1,64}$' })),
      durationMs: WebhookAttempt.properties.durationMs,
    },
    strict,
  ),
  status: 204,
  response: 'empty',
  errors: [],
});

export const nodePersistenceWebhookEndpoints = {
  listStoredWebhooks,
  addWebhook,
  changeWebhook,
  removeWebhook,
  advanceWebhookSecret,
  listStoredWebhookDeliveries,
  readStoredWebhookDelivery,
  replayStoredWebhookDelivery,
  replayStoredDeadDeliveries,
  claimWebhookDeliveries,
  finishWebhookDelivery,
} as const;
