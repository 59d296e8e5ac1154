import { describe, expect, it, vi } from 'vitest';
import { type DeliveryWorkerOptions, deliverDue, startDeliveryWorker } from './delivery-worker.ts';
import { createTargetPolicy } from './target-policy.ts';
import { createWebhookSecrets } from './webhook-secrets.ts';

const event = {
  eventId: '00000000-0000-4000-8000-00000000000e',
  type: 'user.enrolled' as const,
  customer: 'demo',
  occurredAtMs: 1,
  data: { userId: 'AB'.repeat(32) },
};
const delivery = (deliveryId: number, attempt = 1) => ({
  deliveryId,
  webhookId: '00000000-0000-4000-8000-000000000001',
  url: 'https://hook.example/',
  secretVersion: 1,
  attempt,
  event,
});

const optionsWith = (changes: Partial<DeliveryWorkerOptions>, deliveries: ReturnType<typeof delivery>[]) => {
  const finished: unknown[] = [];
  const failures: unknown[] = [];
  const options: DeliveryWorkerOptions = {
    backend: {
      claimWebhookDeliveries: async () => ({ deliveries: deliveries.splice(0) }),
      finishWebhookDelivery: async ({ params, body }) => {
        finished.push({ ...params, ...body });
        return undefined;
      },
    },
    secrets: createWebhookSecrets('a master key of the tests'),
    targets: createTargetPolicy(''),
    post: async () => ({ httpStatus: 200 }),
    schedule: { baseMs: 1_000, maxMs: 10_000, maxAttempts: 3 },
    timeoutMs: 1_000,
    pollIntervalMs: 1,
    now: () => 1_700_000_000_000,
    random: () => 0,
    newRequestId: () => 'r',
    onOutcome: () => {},
    onFailure: (error) => failures.push(error),
    ...changes,
  };
  return { options, finished, failures };
};

describe('a round of deliveries', () => {
  it('posts each event signed and writes down what came of it', async () => {
    const posted: { body: string; headers: Readonly<Record<string, string>> }[] = [];
    const post: DeliveryWorkerOptions['post'] = async (options) => {
      posted.push(options);
      return { httpStatus: 200 };
    };
    const { options, finished } = optionsWith({ post }, [delivery(7)]);
    expect(await deliverDue(options)).toBe(1);
    expect(JSON.parse(posted[0]!.body)).toEqual(event);
    expect(posted[0]!.headers).toMatchObject({ 'kl-event-id': event.eventId });
    expect(posted[0]!.headers['kl-signature']).toMatch(/^t=1700000000,v1=[0-9a-f]{64}$/);
    expect(finished).toEqual([
      { deliveryId: 7, attempt: 1, outcome: 'delivered', httpStatus: 200, durationMs: 0 },
    ]);
  });

  it('tries again later, and gives up after the last attempt', async () => {
    const post: DeliveryWorkerOptions['post'] = async () => ({ failure: 'timeout' });
    const { options, finished } = optionsWith({ post }, [delivery(1, 2), delivery(2, 3)]);
    await deliverDue(options);
    expect(finished).toEqual([
      expect.objectContaining({ deliveryId: 1, outcome: 'retry', retryAfterMs: 1_000, failure: 'timeout' }),
      expect.objectContaining({ deliveryId: 2, outcome: 'dead', failure: 'timeout' }),
    ]);
  });

  it('goes on with the others when one result cannot be written down', async () => {
    const deliveries = [delivery(1), delivery(2)];
    const { options, finished, failures } = optionsWith({}, deliveries);
    const { finishWebhookDelivery, claimWebhookDeliveries } = options.backend;
    const backend: DeliveryWorkerOptions['backend'] = {
      claimWebhookDeliveries,
      finishWebhookDelivery: async (input, context) => {
        if (input.params.deliveryId === 1) throw new Error('away');
        return finishWebhookDelivery(input, context);
      },
    };
    await deliverDue({ ...options, backend });
    expect(finished).toMatchObject([{ deliveryId: 2 }]);
    expect(failures).toHaveLength(1);
  });
});

it('goes on after node-persistence was away, and stops when told to', async () => {
  const { options, finished, failures } = optionsWith({}, [delivery(1)]);
  let calls = 0;
  const backend: DeliveryWorkerOptions['backend'] = {
    ...options.backend,
    claimWebhookDeliveries: async (input, context) => {
      if (calls++ === 0) throw new Error('away');
      return options.backend.claimWebhookDeliveries(input, context);
    },
  };
  const worker = startDeliveryWorker({ ...options, backend });
  await vi.waitFor(() => expect(finished).toHaveLength(1));
  await worker.stop();
  const atStop = calls;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([calls, failures.length]).toEqual([atStop, 1]);
});
