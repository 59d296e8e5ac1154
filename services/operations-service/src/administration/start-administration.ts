import { hkdfSync, randomUUID } from 'node:crypto';
import type { HttpClient } from '@openrecognize/clients';
import { type ConfigOf, createClientAddress, type Service } from '@openrecognize/service-kit';
import { createHttpAdministrationBackend } from '../adapters/http-administration-backend.ts';
import type { operationsConfig } from '../config.ts';
import { startDeliveryWorker } from '../webhooks/delivery-worker.ts';
import { postWebhook } from '../webhooks/post-webhook.ts';
import { createTargetPolicy } from '../webhooks/target-policy.ts';
import { createWebhookSecrets } from '../webhooks/webhook-secrets.ts';
import { bootstrapOperator } from './bootstrap-operator.ts';
import { parseHealthUrls } from './health-urls.ts';
import { mountAdministration } from './mount-administration.ts';

type Config = ConfigOf<typeof operationsConfig>;

interface Clients {
  readonly coreDaemon: HttpClient;
  readonly nodePersistence: HttpClient;
}

const BOOTSTRAP_RETRY_MS = 1_000;

/** A key of its own, so that nothing signed with it can pass for a service. */
const masterKeyOf = ({ webhookMasterKey, serviceKey }: Config): string =>
  webhookMasterKey ??
  Buffer.from(hkdfSync('sha256', serviceKey, '', 'openrecognize webhook master key', 32)).toString('base64');

const servicesOf = (config: Config): Record<string, string> => ({
  'core-daemon': config.coreDaemonUrl,
  'node-persistence': config.nodePersistenceUrl,
  'auth-vault': config.authVaultUrl,
  ...parseHealthUrls(config.healthUrls),
});

/** Creates the first operator once node-persistence answers: the services may start in any order. */
const bootstrapInBackground = (
  service: Service,
  backend: Parameters<typeof bootstrapOperator>[0],
  value: string,
) => {
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<void> => {
    try {
      if (await bootstrapOperator(backend, value, randomUUID())) service.log.info('first operator created');
    } catch (error) {
      service.log.warn({ err: error }, 'first operator not created yet');
      timer = setTimeout(attempt, BOOTSTRAP_RETRY_MS);
      timer.unref();
    }
  };
  service.onClose('operator bootstrap', async () => clearTimeout(timer));
  void attempt();
};

/** Mounts the administration and starts what delivers webhooks; the service ends both. */
export const startAdministration = (service: Service, config: Config, clients: Clients): void => {
  const backend = createHttpAdministrationBackend(clients);
  const secrets = createWebhookSecrets(masterKeyOf(config));
  const targets = createTargetPolicy(config.webhookPrivateRanges ?? '');
  mountAdministration(service.app, {
    backend,
    secrets,
    targets,
    sessionSeconds: config.operatorSessionSeconds,
    sessionIdleSeconds: config.operatorSessionIdleSeconds,
    clientAddress: createClientAddress(config.trustedProxies),
    jwksAllowHttp: config.jwksAllowHttp,
    services: servicesOf(config),
    apiKeyCacheSeconds: config.apiKeyCacheSeconds,
    now: Date.now,
  });
  if (config.operatorBootstrap !== undefined)
    bootstrapInBackground(service, backend, config.operatorBootstrap);
  const deliveries = service.metrics.counter({
    name: 'openrecognize_webhook_deliveries_total',
    help: 'Attempts to deliver a webhook by outcome: delivered, retry, dead',
    labels: ['outcome'],
  });
  const worker = startDeliveryWorker({
    backend,
    secrets,
    targets,
    post: postWebhook,
    schedule: {
      baseMs: config.webhookRetryBaseMs,
      maxMs: config.webhookRetryMaxMs,
      maxAttempts: config.webhookMaxAttempts,
    },
    timeoutMs: config.webhookTimeoutMs,
    pollIntervalMs: config.webhookPollIntervalMs,
    now: Date.now,
    random: Math.random,
    newRequestId: randomUUID,
    onOutcome: (outcome) => deliveries.inc({ outcome }),
    onFailure: (error) => service.log.warn({ err: error }, 'webhook deliveries wait for the next round'),
  });
  service.onClose('webhook deliveries', () => worker.stop());
};
