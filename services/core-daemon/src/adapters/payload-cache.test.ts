import { RecognizeError } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { createPayloadCache } from './payload-cache.ts';

const call = { requestId: 'request-1' };
const circuit = (circuitIndex: number) => ({ userId: 'U', deviceId: 'D', circuitIndex });

const setUp = (capacityBytes: number) => {
  const state = { nowMs: 0, failuresLeft: 0 };
  const reads: number[] = [];
  const payloads: Uint8Array[] = [];
  const cache = createPayloadCache({
    read: async ({ circuitIndex }) => {
      reads.push(circuitIndex);
      if (state.failuresLeft-- > 0) throw new RecognizeError('STORAGE_UNAVAILABLE');
      const payload = new Uint8Array(100).fill(circuitIndex + 1);
      payloads.push(payload);
      return payload;
    },
    capacityBytes,
    maxAgeMs: 1000,
    now: () => state.nowMs,
  });
  return { cache, reads, payloads, state };
};

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('payload cache', () => {
  it('hands a payload fetched ahead out once', async () => {
    const { cache, reads } = setUp(1000);
    cache.prefetch(circuit(1), 100, call);
    cache.prefetch(circuit(1), 100, call);
    expect((await cache.take(circuit(1), call))[0]).toBe(2);
    expect(reads).toEqual([1]);
    await cache.take(circuit(1), call);
    expect(reads).toEqual([1, 1]);
  });

  it('keeps circuits of one index but other devices apart', async () => {
    const { cache, reads } = setUp(1000);
    cache.prefetch(circuit(1), 100, call);
    await cache.take({ ...circuit(1), deviceId: 'E' }, call);
    await settle();
    expect(reads).toEqual([1, 1]);
  });

  it('gives up and wipes the oldest when it is full', async () => {
    const { cache, reads, payloads } = setUp(250);
    for (const index of [1, 2, 3]) cache.prefetch(circuit(index), 100, call);
    await settle();
    expect(payloads.map((payload) => payload[0])).toEqual([0, 3, 4]);
    await cache.take(circuit(1), call);
    await cache.take(circuit(3), call);
    expect(reads).toEqual([1, 2, 3, 1]);
  });

  it('gives up what is older than a reservation lasts', async () => {
    const { cache, payloads, state } = setUp(1000);
    cache.prefetch(circuit(1), 100, call);
    state.nowMs = 1000;
    cache.prefetch(circuit(2), 100, call);
    await settle();
    expect(payloads.map((payload) => payload[0])).toEqual([0, 3]);
  });

  it('forgets a fetch that failed, and tries again when asked', async () => {
    const { cache, reads, state } = setUp(100);
    state.failuresLeft = 1;
    cache.prefetch(circuit(1), 100, call);
    expect((await cache.take(circuit(1), call))[0]).toBe(2);
    state.failuresLeft = 1;
    cache.prefetch(circuit(2), 100, call);
    await settle();
    // The failed fetch holds no room any more.
    cache.prefetch(circuit(3), 100, call);
    await cache.take(circuit(3), call);
    expect(reads).toEqual([1, 1, 2, 3]);
  });

  it('of no capacity fetches nothing ahead', async () => {
    const { cache, reads } = setUp(0);
    cache.prefetch(circuit(1), 100, call);
    expect(reads).toEqual([]);
    await expect(cache.take(circuit(1), call)).resolves.toHaveLength(100);
  });

  it('wipes everything when it is cleared', async () => {
    const { cache, payloads } = setUp(1000);
    cache.prefetch(circuit(1), 100, call);
    cache.clear();
    await settle();
    expect(payloads[0]?.every((byte) => byte === 0)).toBe(true);
  });
});
