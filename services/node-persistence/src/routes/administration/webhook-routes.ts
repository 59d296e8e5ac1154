import {
  addWebhook,
  advanceWebhookSecret,
  changeWebhook,
  claimWebhookDeliveries,
  finishWebhookDelivery,
  listStoredWebhookDeliveries,
  listStoredWebhooks,
  RecognizeError,
  readStoredWebhookDelivery,
  removeWebhook,
  replayStoredDeadDeliveries,
  replayStoredWebhookDelivery,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { MountRoute } from '../mount-route.ts';
import { foundOr, unlessRefused } from './outcome.ts';

const DEFAULT_PAGE = 50;

const subscriptionRoutes: MountRoute = (app, guards, { store, nowMs, newUuid }) => {
  registerEndpoint(app, guards, listStoredWebhooks, async ({ params }) => ({
    webhooks: await store.listWebhooks(params.tenantId),
  }));
  registerEndpoint(app, guards, addWebhook, async ({ params, body: { act, ...target } }) => {
    const added = await store.addWebhook(params.tenantId, newUuid(), target, act, nowMs());
    return unlessRefused(added, { 'tenant-not-found': 'CUSTOMER_NOT_FOUND', 'too-many': 'CONFLICT' });
  });
  registerEndpoint(app, guards, changeWebhook, async ({ params, body }) =>
    foundOr(
      await store.changeWebhook(params.tenantId, params.webhookId, body.changes, body.act, nowMs()),
      'NOT_FOUND',
    ),
  );
  registerEndpoint(app, guards, removeWebhook, async ({ params, body }) => {
    const removed = await store.removeWebhook(params.tenantId, params.webhookId, body.act, nowMs());
    if (!removed) throw new RecognizeError('NOT_FOUND');
    return undefined;
  });
  registerEndpoint(app, guards, advanceWebhookSecret, async ({ params, body }) =>
    foundOr(
      await store.advanceWebhookSecret(params.tenantId, params.webhookId, body.act, nowMs()),
      'NOT_FOUND',
    ),
  );
};

/** Subscriptions, deliveries, and the work of whoever delivers. */
export const webhookRoutes: MountRoute = (app, guards, context) => {
  const { store, nowMs } = context;
  subscriptionRoutes(app, guards, context);
  registerEndpoint(app, guards, listStoredWebhookDeliveries, ({ params, query }) =>
    store.listWebhookDeliveries(params.tenantId, { ...query, limit: query.limit ?? DEFAULT_PAGE }),
  );
  registerEndpoint(app, guards, readStoredWebhookDelivery, async ({ params }) =>
    foundOr(await store.readWebhookDelivery(params.tenantId, params.deliveryId), 'NOT_FOUND'),
  );
  registerEndpoint(app, guards, replayStoredWebhookDelivery, async ({ params, body }) =>
    foundOr(
      await store.replayWebhookDelivery(params.tenantId, params.deliveryId, body.act, nowMs()),
      'NOT_FOUND',
    ),
  );
  registerEndpoint(app, guards, replayStoredDeadDeliveries, async ({ params, body }) =>
    foundOr(
      await store.replayDeadDeliveries(params.tenantId, params.webhookId, body.act, nowMs()),
      'NOT_FOUND',
    ),
  );
  registerEndpoint(app, guards, claimWebhookDeliveries, ({ body }) =>
    store.claimWebhookDeliveries(body.limit, body.leaseSeconds * 1000, nowMs()),
  );
  registerEndpoint(app, guards, finishWebhookDelivery, async ({ params, body }) => {
    await store.finishWebhookDelivery(params.deliveryId, body, nowMs());
    return undefined;
  });
};
