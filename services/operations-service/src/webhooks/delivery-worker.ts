import { setTimeout as delay } from 'node:timers/promises';
import type {
  claimWebhookDeliveries,
  EndpointInput,
  EndpointOutput,
  finishWebhookDelivery,
} from '@openrecognize/contracts';
import type { AdministrationBackend } from '../ports/administration-backend.ts';
import type { PostOptions, PostResult } from './post-webhook.ts';
import { type RetrySchedule, retryDelayMs } from './retry-delay.ts';
import type { TargetPolicy } from './target-policy.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

type Delivery = EndpointOutput<typeof claimWebhookDeliveries>['deliveries'][number];
type Finish = EndpointInput<typeof finishWebhookDelivery>['body'];

export interface DeliveryWorkerOptions {
  readonly backend: Pick<AdministrationBackend, 'claimWebhookDeliveries' | 'finishWebhookDelivery'>;
  readonly secrets: WebhookSecrets;
  readonly targets: TargetPolicy;
  readonly post: (options: PostOptions) => Promise<PostResult>;
  readonly schedule: RetrySchedule;
  readonly timeoutMs: number;
  readonly pollIntervalMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  readonly newRequestId: () => string;
  readonly onOutcome: (outcome: Finish['outcome']) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Deliveries at a time. */
const BATCH = 16;
/** Beyond the timeout of an attempt, for its result to be written down. */
const LEASE_MARGIN_SECONDS = 20;

const outcomeOf = (
  { failure }: PostResult,
  { attempt }: Delivery,
  { schedule, random }: DeliveryWorkerOptions,
): Pick<Finish, 'outcome' | 'retryAfterMs'> => {
  if (failure === undefined) return { outcome: 'delivered' };
  if (attempt >= schedule.maxAttempts) return { outcome: 'dead' };
  return { outcome: 'retry', retryAfterMs: retryDelayMs(schedule, attempt, random()) };
};

const deliver = async (options: DeliveryWorkerOptions, delivery: Delivery): Promise<void> => {
  const { backend, secrets, targets, now } = options;
  const body = JSON.stringify(delivery.event);
  const startedAtMs = now();
  const result = await options.post({
    url: delivery.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'OpenRecognize-Webhooks/1',
      'kl-event-id': delivery.event.eventId,
      'kl-signature': secrets.signatureOf(delivery, body, startedAtMs),
    },
    body,
    timeoutMs: options.timeoutMs,
    targets,
  });
  const outcome = outcomeOf(result, delivery, options);
  const durationMs = Math.max(0, Math.round(now() - startedAtMs));
  const finish = { attempt: delivery.attempt, ...outcome, ...result, durationMs };
  const { deliveryId } = delivery;
  await backend.finishWebhookDelivery(
    { params: { deliveryId }, body: finish },
    { requestId: options.newRequestId() },
  );
  options.onOutcome(outcome.outcome);
};

/** One round: leases what is due and delivers it side by side. Returns how much there was. */
export const deliverDue = async (options: DeliveryWorkerOptions): Promise<number> => {
  const leaseSeconds = Math.ceil(options.timeoutMs / 1000) + LEASE_MARGIN_SECONDS;
  const { deliveries } = await options.backend.claimWebhookDeliveries(
    { body: { limit: BATCH, leaseSeconds } },
    { requestId: options.newRequestId() },
  );
  const results = await Promise.allSettled(deliveries.map((delivery) => deliver(options, delivery)));
  // What was not written down is leased again: a receiver may see it twice, which its event id shows.
  for (const result of results) if (result.status === 'rejected') options.onFailure(result.reason);
  return deliveries.length;
};

export interface DeliveryWorker {
  /** Lets the round under way end, so that its results are written down. */
  stop(): Promise<void>;
}

/** Delivers until stopped. Any number of replicas may run one: a delivery is leased to one at a time. */
export const startDeliveryWorker = (options: DeliveryWorkerOptions): DeliveryWorker => {
  const stopping = new AbortController();
  const pause = () =>
    delay(options.pollIntervalMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let delivered = 0;
      try {
        delivered = await deliverDue(options);
      } catch (error) {
        options.onFailure(error);
      }
      if (delivered < BATCH) await pause();
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
