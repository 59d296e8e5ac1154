import {
  createWebhook,
  deleteWebhook,
  listWebhookDeliveries,
  listWebhooks,
  readWebhookDelivery,
  replayDeadWebhookDeliveries,
  replayWebhookDelivery,
  rotateWebhookSecret,
  updateWebhook,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { AdministrationDependencies } from './administration-dependencies.ts';
import { actOf, administeredTenant } from './administrator.ts';

const FIRST_SECRET = 1;

const registerSubscriptions = (dependencies: AdministrationDependencies): void => {
  const { app, guards, backend, secrets, targets } = dependencies;
  registerEndpoint(app, guards, listWebhooks, async (_input, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.listStoredWebhooks({ params: { tenantId } }, { requestId });
  });
  registerEndpoint(app, guards, createWebhook, async ({ body }, context) => {
    const { tenantId } = administeredTenant(context.request);
    targets.assertUrl(body.url);
    const input = { params: { tenantId }, body: { act: actOf(context), ...body } };
    const webhook = await backend.addWebhook(input, context);
    return { ...webhook, secret: secrets.secretOf(webhook.webhookId, FIRST_SECRET) };
  });
  registerEndpoint(app, guards, updateWebhook, async ({ params, body }, context) => {
    const { tenantId } = administeredTenant(context.request);
    if (body.url !== undefined) targets.assertUrl(body.url);
    const target = { tenantId, webhookId: params.webhookId };
    return backend.changeWebhook({ params: target, body: { act: actOf(context), changes: body } }, context);
  });
  registerEndpoint(app, guards, deleteWebhook, async ({ params: { webhookId } }, context) => {
    const { tenantId } = administeredTenant(context.request);
    await backend.removeWebhook({ params: { tenantId, webhookId }, body: { act: actOf(context) } }, context);
    return undefined;
  });
  registerEndpoint(app, guards, rotateWebhookSecret, async ({ params: { webhookId } }, context) => {
    const { tenantId } = administeredTenant(context.request);
    const input = { params: { tenantId, webhookId }, body: { act: actOf(context) } };
    const { secretVersion } = await backend.advanceWebhookSecret(input, context);
    return { secret: secrets.secretOf(webhookId, secretVersion) };
  });
};

/** Subscriptions, what became of their events, and sending again. */
export const registerWebhookRoutes = (dependencies: AdministrationDependencies): void => {
  const { app, guards, backend } = dependencies;
  registerSubscriptions(dependencies);
  registerEndpoint(app, guards, listWebhookDeliveries, async ({ query }, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.listStoredWebhookDeliveries({ params: { tenantId }, query }, { requestId });
  });
  registerEndpoint(app, guards, readWebhookDelivery, async ({ params }, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    const { deliveryId } = params;
    return backend.readStoredWebhookDelivery({ params: { tenantId, deliveryId } }, { requestId });
  });
  registerEndpoint(app, guards, replayWebhookDelivery, async ({ params: { deliveryId } }, context) => {
    const { tenantId } = administeredTenant(context.request);
    const input = { params: { tenantId, deliveryId }, body: { act: actOf(context) } };
    return backend.replayStoredWebhookDelivery(input, context);
  });
  registerEndpoint(app, guards, replayDeadWebhookDeliveries, async ({ params: { webhookId } }, context) => {
    const { tenantId } = administeredTenant(context.request);
    const input = { params: { tenantId, webhookId }, body: { act: actOf(context) } };
    return backend.replayStoredDeadDeliveries(input, context);
  });
};
