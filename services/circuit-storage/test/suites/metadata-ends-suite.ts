import { expect, it } from 'vitest';
import type { PayloadRef } from '../../src/circuit-ref.ts';
import type { NewCircuit } from '../../src/ports/circuit-metadata-store.ts';
import { circuitFixtures } from './circuit-fixtures.ts';
import { LEASE_MS, NOW_MS, type OpenMetadataStore, useMetadataStore } from './metadata-store-context.ts';

const fixtures = circuitFixtures('metadata ends');
const { bytes, circuits, device: newDevice } = fixtures;

/** What a metadata store must do with circuits and devices at their end. */
export const describeEnds = (open: OpenMetadataStore): void => {
  const on = useMetadataStore(open, fixtures);

  const payloadOf = (given: NewCircuit): PayloadRef => {
    const { circuitIndex, payloadSha256, objectId } = given;
    return { ...on.device, circuitIndex, payloadSha256, objectId };
  };
  const dueOfDevice = async (finishedBeforeMs: number) =>
    (await on.store.finishedPayloads(finishedBeforeMs, 10_000))
      .filter(({ userId }) => userId === on.device.userId)
      .map(({ circuitIndex }) => circuitIndex);

  it('names payloads of finished circuits after their grace, until they are deleted', async () => {
    await on.put(circuits(0, 4));
    await on.consume(await on.reserved(0));
    await on.reserved(2);
    await on.consume(await on.reserved(3), NOW_MS + 1);
    expect(await dueOfDevice(NOW_MS)).toEqual([]);
    expect((await dueOfDevice(NOW_MS + 1)).sort()).toEqual([0, 1]);
    expect((await dueOfDevice(NOW_MS + 2)).sort()).toEqual([0, 1, 3]);
    await on.store.markPayloadsDeleted([on.refOf(0), on.refOf(1), on.refOf(2)]);
    expect(await dueOfDevice(NOW_MS + 2)).toEqual([3]);
    // The reserved one is in use: its payload is not to be noted as gone.
    expect(await on.store.find(on.refOf(2))).toMatchObject({ state: 'reserved', hasPayload: true });
    expect(await on.store.find(on.refOf(0))).toMatchObject({ state: 'consumed', hasPayload: false });
  });

  it('purges tombstones of old circuits, and their indices stay taken', async () => {
    const given = circuits(0, 3);
    await on.put(given);
    await on.consume(await on.reserved(0));
    await on.consume(await on.reserved(1), NOW_MS + 5);
    await on.store.markPayloadsDeleted([on.refOf(0)]);
    await on.store.purge(NOW_MS, 10_000);
    expect(await on.store.find(on.refOf(0))).toBeDefined();
    await on.store.purge(NOW_MS + 10, 10_000);
    expect(await on.store.find(on.refOf(0))).toBeUndefined();
    // Its payload still waits for deletion.
    expect(await on.store.find(on.refOf(1))).toBeDefined();
    expect(await on.put([given[0]!])).toMatchObject({
      conflict: { reason: 'INDEX_TAKEN', circuitIndex: 0 },
    });
    expect(await on.store.stockOf(on.device, NOW_MS)).toMatchObject({ stock: 1, nextFreeIndex: 3 });
  });

  it('counts devices by their stock, each once, and no deleted one', async () => {
    const before = await on.store.summarizeStock(3, NOW_MS);
    const summary = async (nowMs = NOW_MS) => {
      const now = await on.store.summarizeStock(3, nowMs);
      return {
        ready: now.readyCircuits - before.readyCircuits,
        sufficient: now.sufficient - before.sufficient,
        low: now.low - before.low,
        empty: now.empty - before.empty,
      };
    };
    await on.put(circuits(0, 3));
    expect(await summary()).toEqual({ ready: 3, sufficient: 1, low: 0, empty: 0 });
    await on.consume(await on.reserved(0));
    expect(await summary()).toEqual({ ready: 2, sufficient: 0, low: 1, empty: 0 });
    await on.reserved(1);
    await on.reserved(2);
    expect(await summary()).toEqual({ ready: 0, sufficient: 0, low: 0, empty: 1 });
    await on.store.deleteDevice(on.device, NOW_MS);
    expect(await summary()).toEqual({ ready: 0, sufficient: 0, low: 0, empty: 0 });
  });

  it('counts a circuit whose lease ran out as ready', async () => {
    const before = await on.store.summarizeStock(3, NOW_MS + LEASE_MS);
    await on.put(circuits(0, 1));
    await on.reserved(0);
    const after = await on.store.summarizeStock(3, NOW_MS + LEASE_MS);
    expect(after.readyCircuits - before.readyCircuits).toBe(1);
    expect(after.low - before.low).toBe(1);
  });

  it('forgets spent nonces after their time', async () => {
    await on.put(circuits(0, 2));
    const nonce = bytes(16);
    await on.reserved(0, { nonce });
    const laterMs = NOW_MS + LEASE_MS;
    await on.reserved(0, { nowMs: laterMs });
    await on.store.purge(laterMs, 10_000);
    expect(await on.reserve(0, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
    await on.store.purge(laterMs + 1, 10_000);
    expect(await on.reserve(0, { nonce, nowMs: laterMs })).toMatchObject({ outcome: 'reserved' });
  });

  it('loses only circuits that are not finished', async () => {
    await on.put(circuits(0, 3));
    const first = await on.reserved(0);
    await on.consume(first);
    const second = await on.reserved(1);
    expect(await on.store.markLost([on.refOf(0), on.refOf(1), on.refOf(2), on.refOf(9)], NOW_MS)).toBe(2);
    expect(await on.store.markLost([on.refOf(1)], NOW_MS)).toBe(0);
    expect(await on.consume(second)).toEqual({ outcome: 'unknown' });
    expect(await on.reserve(0)).toMatchObject({ outcome: 'none-ready' });
    expect(await on.store.find(on.refOf(0))).toMatchObject({ state: 'consumed' });
  });

  it('deletes a device again and again and refuses late uploads until it is purged', async () => {
    await on.put(circuits(0, 3));
    const reservation = await on.reserved(0);
    expect(await on.store.deleteDevice(on.device, NOW_MS)).toBe(3);
    expect(await on.store.deleteDevice(on.device, NOW_MS)).toBe(0);
    expect(await on.consume(reservation)).toEqual({ outcome: 'unknown' });
    expect(await on.reserve(0)).toEqual({ outcome: 'none-ready', skipped: 0 });
    expect(await on.stock()).toBe(0);
    expect(await on.put(circuits(3, 1))).toEqual({
      outcome: 'conflict',
      conflict: { reason: 'DEVICE_DELETED' },
    });
    await on.store.purge(NOW_MS, 10_000);
    expect(await on.put(circuits(3, 1))).toMatchObject({ outcome: 'conflict' });
    await on.store.purge(NOW_MS + 1, 10_000);
    expect(await on.put(circuits(3, 1))).toMatchObject({ outcome: 'stored' });
  });

  it('forgets a device none of whose circuits was ever reserved, if asked to, and no other', async () => {
    await on.put(circuits(0, 3));
    expect(await on.store.deleteDevice(on.device, NOW_MS, { forgetUnused: true })).toBe(3);
    expect(await on.put(circuits(0, 3))).toMatchObject({ outcome: 'stored', stock: 3 });
    const first = await on.reserved(0);
    await on.consume(first);
    await on.store.markPayloadsDeleted([on.refOf(0)]);
    await on.store.purge(NOW_MS + 10, 10_000);
    // All that is left is ready, yet one index is used up.
    expect(await on.store.deleteDevice(on.device, NOW_MS, { forgetUnused: true })).toBeGreaterThan(0);
    expect(await on.put(circuits(0, 3))).toMatchObject({ conflict: { reason: 'DEVICE_DELETED' } });
  });

  it('keeps uploads away from a device that is deleted before its first upload', async () => {
    expect(await on.store.deleteDevice(on.device, NOW_MS)).toBe(0);
    expect(await on.put(circuits(0, 1))).toMatchObject({ conflict: { reason: 'DEVICE_DELETED' } });
  });

  it('tells payloads with a row from those without', async () => {
    const given = circuits(0, 3);
    await on.put(given);
    await on.consume(await on.reserved(0));
    await on.store.markPayloadsDeleted([on.refOf(0)]);
    const [deleted, kept, keptToo] = given.map(payloadOf) as [PayloadRef, PayloadRef, PayloadRef];
    const otherObject = { ...kept, objectId: bytes(8) };
    const unknown = { ...kept, circuitIndex: 99 };
    const foreign = { ...kept, ...newDevice() };
    expect(await on.store.withoutRow([deleted, kept, otherObject, keptToo, unknown, foreign])).toEqual([
      deleted,
      otherObject,
      unknown,
      foreign,
    ]);
    expect(await on.store.withoutRow([])).toEqual([]);
  });

  it('pages through all devices with their unfinished circuits', async () => {
    const stored = new Map<string, number>();
    for (let count = 0; count < 7; count++) {
      on.device = newDevice();
      if (count === 0) await on.store.deleteDevice(on.device, NOW_MS);
      else await on.put(circuits(0, count));
      if (count > 1) await on.consume(await on.reserved(0));
      stored.set(on.device.userId, count > 1 ? count - 1 : count);
    }
    const found = new Map<string, number>();
    let cursor: string | undefined;
    do {
      const page = await on.store.livePage(cursor, 2);
      expect(page.devices.length).toBeLessThanOrEqual(2);
      for (const live of page.devices) {
        expect(found.has(live.device.userId)).toBe(false);
        found.set(live.device.userId, live.circuits.length);
        for (const { userId } of live.circuits) expect(userId).toBe(live.device.userId);
      }
      cursor = page.next;
    } while (cursor !== undefined);
    for (const [userId, count] of stored) expect(found.get(userId)).toBe(count);
  });

  it('runs a job once at a time and lets other jobs run', async () => {
    let runs = 0;
    const ran = await on.store.runExclusively('suite', async () => {
      runs++;
      expect(await on.store.runExclusively('suite', async () => void runs++)).toBe(false);
      expect(await on.store.runExclusively('other', async () => void runs++)).toBe(true);
    });
    expect([ran, runs]).toEqual([true, 2]);
    await expect(
      on.store.runExclusively('suite', () => Promise.reject(new RangeError('in the job'))),
    ).rejects.toBeInstanceOf(RangeError);
    expect(await on.store.runExclusively('suite', async () => {})).toBe(true);
  });
};
