import { describe, expect, it } from 'vitest';
import { createPayloadLookAhead } from './payload-look-ahead.ts';

const setUp = (capacityBytes: number) => {
  const state = { nowMs: 0 };
  const reads: string[] = [];
  const payloads: Uint8Array[] = [];
  const lookAhead = createPayloadLookAhead({ capacityBytes, now: () => state.nowMs });
  const expectPayload = (authenticationId: string, fails = false) =>
    lookAhead.expect({
      authenticationId,
      payloadBytes: 100,
      leaseExpiresAtMs: state.nowMs + 1000,
      read: async () => {
        reads.push(authenticationId);
        if (fails) throw new Error('a bad disk');
        const payload = new Uint8Array(100).fill(reads.length);
        payloads.push(payload);
        return payload;
      },
    });
  return { lookAhead, expectPayload, reads, payloads, state };
};

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('payload look-ahead', () => {
  it('reads a payload once and hands it out once', async () => {
    const { lookAhead, expectPayload, reads } = setUp(1000);
    expectPayload('a');
    expectPayload('a');
    expect(reads).toEqual([]);
    expect(await lookAhead.take('a')).toHaveLength(100);
    expect(await lookAhead.take('a')).toBeUndefined();
    expect(await lookAhead.take('b')).toBeUndefined();
    expect(reads).toEqual(['a']);
  });

  it('gives up and wipes the oldest when it is full', async () => {
    const { lookAhead, expectPayload, payloads } = setUp(250);
    for (const id of ['a', 'b', 'c']) expectPayload(id);
    await settle();
    expect(payloads.map((payload) => payload[0])).toEqual([0, 2, 3]);
    expect(await lookAhead.take('a')).toBeUndefined();
    expect((await lookAhead.take('c'))?.[0]).toBe(3);
  });

  it('gives up what outlived its reservation', async () => {
    const { expectPayload, payloads, state } = setUp(1000);
    expectPayload('a');
    state.nowMs = 1000;
    expectPayload('b');
    await settle();
    expect(payloads.map((payload) => payload[0])).toEqual([0, 2]);
  });

  it('forgets a read that failed, and the room it took', async () => {
    const { lookAhead, expectPayload, reads } = setUp(100);
    expectPayload('a', true);
    expect(await lookAhead.take('a')).toBeUndefined();
    expectPayload('b', true);
    await settle();
    expectPayload('c');
    expect(await lookAhead.take('c')).toHaveLength(100);
    expect(reads).toEqual(['a', 'b', 'c']);
  });

  it('of no capacity reads nothing', async () => {
    const { lookAhead, expectPayload, reads } = setUp(0);
    expectPayload('a');
    await settle();
    expect(await lookAhead.take('a')).toBeUndefined();
    expect(reads).toEqual([]);
  });

  it('wipes everything when it is cleared', async () => {
    const { lookAhead, expectPayload, payloads } = setUp(1000);
    expectPayload('a');
    lookAhead.clear();
    await settle();
    expect(payloads[0]?.every((byte) => byte === 0)).toBe(true);
  });
});
