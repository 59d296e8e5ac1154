import { describe, expect, it } from 'vitest';
import { createConcurrencyLimit, observeConcurrency } from './concurrency-limit.ts';
import { createServiceMetrics } from './service-metrics.ts';

describe('concurrency limit', () => {
  it('turns away whoever finds no place, at once', async () => {
    const limit = createConcurrencyLimit(2);
    const gate = Promise.withResolvers<void>();
    const running = [limit.run(() => gate.promise), limit.run(() => gate.promise)];
    let ran = false;
    const refused = limit.run(async () => {
      ran = true;
    });
    await expect(refused).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      details: { retryAfterSeconds: 1 },
    });
    expect(ran).toBe(false);
    expect(limit.inUse).toBe(2);
    gate.resolve();
    await Promise.all(running);
    expect(limit.inUse).toBe(0);
  });

  it('shows in the metrics how many places are taken now', async () => {
    const metrics = createServiceMetrics({ processMetrics: false });
    const limit = createConcurrencyLimit(2);
    observeConcurrency(metrics, 'photo', limit);
    const used = async () => {
      const [, value] =
        /work_places\{work="photo",state="used"\} (\d)/.exec(await metrics.registry.metrics()) ?? [];
      return Number(value);
    };
    expect(await limit.run(used)).toBe(1);
    expect(await used()).toBe(0);
    expect(await metrics.registry.metrics()).toContain('state="max"} 2');
  });

  it('gives the place back when a task rejects or throws', async () => {
    const limit = createConcurrencyLimit(1);
    await expect(limit.run(() => Promise.reject(new Error('late')))).rejects.toThrow('late');
    await expect(
      limit.run(() => {
        throw new Error('early');
      }),
    ).rejects.toThrow('early');
    expect(await limit.run(async () => 'answer')).toBe('answer');
  });
});
