import { bytesToHex } from '@openrecognize/bytes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceRef, PayloadRef } from '../../src/circuit-ref.ts';
import type {
  CircuitMetadataStore,
  NewCircuit,
  ReserveOutcome,
} from '../../src/ports/circuit-metadata-store.ts';
import { circuitFixtures } from './circuit-fixtures.ts';

export interface MetadataStoreUnderTest {
  readonly store: CircuitMetadataStore;
  close(): Promise<void>;
}

const NOW_MS = 1_770_000_000_000;
const LEASE_MS = 30_000;
const LIMIT = { maxUnfinished: 100, nowMs: NOW_MS };

const { bytes, uuid, circuit, circuits, device: newDevice } = circuitFixtures('metadata store suite');

type Reserved = Extract<ReserveOutcome, { outcome: 'reserved' }>;

/** What every adapter of the metadata port must do. `open` is called once; tests use devices of their own. */
export const describeCircuitMetadataStore = (
  name: string,
  open: () => Promise<MetadataStoreUnderTest>,
): void => {
  describe(`circuit metadata store: ${name}`, () => {
    let opened: MetadataStoreUnderTest;
    let store: CircuitMetadataStore;
    let device: DeviceRef;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());
    beforeEach(() => {
      device = newDevice();
    });

    const put = async (given: readonly NewCircuit[], maxUnfinished = 100) =>
      store.storeCircuits(device, given, { ...LIMIT, maxUnfinished });

    const reserve = (
      nextIndex: number,
      options: { nonce?: Uint8Array; nowMs?: number; leaseMs?: number } = {},
    ): Promise<ReserveOutcome> => {
      const nowMs = options.nowMs ?? NOW_MS;
      return store.reserve({
        device,
        nextIndex,
        requestNonce: options.nonce ?? bytes(16),
        authenticationId: uuid(),
        serverNonce: bytes(32),
        nowMs,
        leaseExpiresAtMs: nowMs + (options.leaseMs ?? LEASE_MS),
      });
    };
    const reserved = async (...args: Parameters<typeof reserve>): Promise<Reserved> => {
      const outcome = await reserve(...args);
      if (outcome.outcome !== 'reserved') throw new Error(`not reserved but ${outcome.outcome}`);
      return outcome;
    };
    const consume = (reservation: Reserved, nowMs = NOW_MS) =>
      store.consume({ ...device, ...reservation, nowMs });
    const stock = async (nowMs = NOW_MS) => (await store.stockOf(device, nowMs)).stock;
    const refOf = (circuitIndex: number) => ({ ...device, circuitIndex });

    describe('uploads', () => {
      it('stores circuits as ready and counts them', async () => {
        expect(await put(circuits(0, 5))).toEqual({
          outcome: 'stored',
          inserted: [0, 1, 2, 3, 4],
          stock: 5,
        });
        expect(await store.stockOf(device, NOW_MS)).toEqual({ stock: 5, nextFreeIndex: 5 });
        expect(await store.find(refOf(3))).toMatchObject({ state: 'ready', hasPayload: true });
      });

      it('knows nothing of a device that never stored', async () => {
        expect(await store.stockOf(device, NOW_MS)).toEqual({ stock: 0, nextFreeIndex: 0 });
        expect(await store.find(refOf(0))).toBeUndefined();
        expect(await store.readUploadState(device, [0, 1])).toEqual({
          nextFreeIndex: 0,
          unfinished: 0,
          deviceDeleted: false,
          existing: [],
        });
      });

      it('accepts the same circuits again without a second row', async () => {
        const given = circuits(0, 3);
        await put(given);
        const again = given.map((one) => ({ ...one, objectId: bytes(8) }));
        expect(await put([...again, circuit(3)])).toEqual({ outcome: 'stored', inserted: [3], stock: 4 });
        // The object of the first upload stays the one that counts.
        expect(bytesToHex((await store.find(refOf(0)))!.objectId)).toBe(bytesToHex(given[0]!.objectId));
      });

      it('refuses another circuit at a known index and stores nothing of that upload', async () => {
        await put(circuits(0, 3));
        expect(await put([circuit(2), circuit(3)])).toEqual({
          outcome: 'conflict',
          conflict: { reason: 'INDEX_TAKEN', circuitIndex: 2 },
        });
        expect(await store.stockOf(device, NOW_MS)).toEqual({ stock: 3, nextFreeIndex: 3 });
      });

      it('refuses an index below the highest one that was never stored', async () => {
        await put(circuits(5, 2));
        expect(await put(circuits(3, 1))).toMatchObject({ conflict: { circuitIndex: 3 } });
      });

      it('accepts a reserved circuit again but not a consumed one', async () => {
        const given = circuits(0, 2);
        await put(given);
        const reservation = await reserved(0);
        expect(await put(given)).toMatchObject({ outcome: 'stored', inserted: [] });
        await consume(reservation);
        expect(await put(given)).toMatchObject({ outcome: 'conflict' });
      });

      it('holds the limit of unused circuits, reserved ones included', async () => {
        await put(circuits(0, 4), 5);
        await reserved(0);
        expect(await put(circuits(4, 2), 5)).toEqual({
          outcome: 'conflict',
          conflict: { reason: 'TOO_MANY_CIRCUITS' },
        });
        expect(await put(circuits(4, 1), 5)).toMatchObject({ outcome: 'stored' });
      });

      it('gives an index one circuit when two uploads race for it', async () => {
        const outcomes = await Promise.all(Array.from({ length: 6 }, () => put(circuits(0, 4))));
        expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
        expect(await stock()).toBe(4);
      });

      it('lets the same upload race with itself', async () => {
        const given = circuits(0, 4);
        const outcomes = await Promise.all(Array.from({ length: 6 }, () => put(given)));
        const inserted = outcomes.flatMap((outcome) =>
          outcome.outcome === 'stored' ? outcome.inserted : [-1],
        );
        expect(inserted).toEqual([0, 1, 2, 3]);
      });

      it('stores the largest index', async () => {
        await put(circuits(4_294_967_294, 1));
        expect(await store.stockOf(device, NOW_MS)).toEqual({ stock: 1, nextFreeIndex: 4_294_967_295 });
        expect(await reserved(4_294_967_294)).toMatchObject({ circuitIndex: 4_294_967_294 });
      });
    });

    describe('reservations', () => {
      it('gives out the lowest ready circuit and counts what is left', async () => {
        const given = circuits(0, 3);
        await put(given);
        const first = await reserved(0);
        expect(first).toMatchObject({ circuitIndex: 0, stock: 2, repeated: false, leaseTakenOver: false });
        expect(first.leaseExpiresAtMs).toBe(NOW_MS + LEASE_MS);
        expect(bytesToHex(first.payloadSha256)).toBe(bytesToHex(given[0]!.payloadSha256));
        expect(await reserved(0)).toMatchObject({ circuitIndex: 1, stock: 1 });
        expect(await stock()).toBe(1);
      });

      it('gives up what the device has left behind', async () => {
        await put(circuits(0, 5));
        expect(await reserved(3)).toMatchObject({ circuitIndex: 3, stock: 1, skipped: 3 });
        expect(await store.find(refOf(1))).toMatchObject({ state: 'skipped', hasPayload: true });
        expect(await reserve(0)).toMatchObject({ outcome: 'reserved', circuitIndex: 4 });
      });

      it('has none for an unknown device, an empty stock, or beyond the stock', async () => {
        expect(await reserve(0)).toEqual({ outcome: 'none-ready', skipped: 0 });
        await put(circuits(0, 2));
        expect(await reserve(2)).toEqual({ outcome: 'none-ready', skipped: 2 });
        expect(await reserve(0)).toEqual({ outcome: 'none-ready', skipped: 0 });
      });

      it('answers the same nonce with the same reservation while it is open', async () => {
        await put(circuits(0, 3));
        const nonce = bytes(16);
        const first = await reserved(0, { nonce });
        const second = await reserved(0, { nonce, nowMs: NOW_MS + LEASE_MS - 1 });
        expect(second).toMatchObject({ repeated: true, stock: 2 });
        for (const field of ['authenticationId', 'circuitIndex', 'leaseExpiresAtMs'] as const) {
          expect(second[field]).toBe(first[field]);
        }
        expect(bytesToHex(second.serverNonce)).toBe(bytesToHex(first.serverNonce));
      });

      it('refuses a nonce whose reservation is consumed', async () => {
        await put(circuits(0, 3));
        const nonce = bytes(16);
        await consume(await reserved(0, { nonce }));
        expect(await reserve(0, { nonce })).toEqual({ outcome: 'nonce-spent' });
        expect(await reserve(1, { nonce })).toEqual({ outcome: 'nonce-spent' });
      });

      it('refuses a nonce whose lease ran out, before and after its circuit is given to another', async () => {
        await put(circuits(0, 3));
        const nonce = bytes(16);
        await reserved(0, { nonce });
        const laterMs = NOW_MS + LEASE_MS;
        expect(await reserve(0, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
        expect(await reserved(0, { nowMs: laterMs })).toMatchObject({
          circuitIndex: 0,
          leaseTakenOver: true,
        });
        expect(await reserve(0, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
        // A refusal changes nothing.
        expect(await stock(laterMs)).toBe(2);
        expect(await reserve(2, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
        expect(await stock(laterMs)).toBe(2);
      });

      it('refuses a nonce whose open reservation lies below the named index', async () => {
        await put(circuits(0, 3));
        const nonce = bytes(16);
        await reserved(0, { nonce });
        expect(await reserve(1, { nonce })).toEqual({ outcome: 'nonce-spent' });
      });

      it('keeps nonces of different devices apart', async () => {
        const nonce = bytes(16);
        await put(circuits(0, 1));
        await reserved(0, { nonce });
        device = newDevice();
        await put(circuits(0, 1));
        expect(await reserved(0, { nonce })).toMatchObject({ repeated: false });
      });

      it('counts a lease as run out at its very end and not a millisecond before', async () => {
        await put(circuits(0, 1));
        await reserved(0);
        expect(await reserve(0, { nowMs: NOW_MS + LEASE_MS - 1 })).toMatchObject({ outcome: 'none-ready' });
        expect(await stock(NOW_MS + LEASE_MS - 1)).toBe(0);
        expect(await stock(NOW_MS + LEASE_MS)).toBe(1);
        expect(await reserve(0, { nowMs: NOW_MS + LEASE_MS })).toMatchObject({ outcome: 'reserved' });
      });

      it('gives up an expired reservation below the named index', async () => {
        await put(circuits(0, 2));
        const old = await reserved(0);
        expect(await reserved(1, { nowMs: NOW_MS + LEASE_MS })).toMatchObject({ skipped: 1 });
        expect(await consume(old, NOW_MS + LEASE_MS)).toEqual({ outcome: 'expired' });
      });

      it('gives simultaneous requests different circuits', async () => {
        await put(circuits(0, 10));
        const outcomes = await Promise.all(Array.from({ length: 15 }, () => reserve(0)));
        const indices = outcomes.flatMap((outcome) =>
          outcome.outcome === 'reserved' ? [outcome.circuitIndex] : [],
        );
        expect(indices.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      });

      it('gives simultaneous copies of one request one circuit', async () => {
        for (const ready of [1, 5]) {
          device = newDevice();
          await put(circuits(0, ready));
          const nonce = bytes(16);
          const copies = await Promise.all(Array.from({ length: 12 }, () => reserved(0, { nonce })));
          expect(new Set(copies.map(({ authenticationId }) => authenticationId)).size).toBe(1);
          expect(copies.filter(({ repeated }) => !repeated)).toHaveLength(1);
          expect(await stock()).toBe(ready - 1);
        }
      });

      it('is as new after a release, for the same nonce too', async () => {
        await put(circuits(0, 2));
        const nonce = bytes(16);
        const first = await reserved(0, { nonce });
        expect(await store.release(first.authenticationId)).toBe(true);
        expect(await store.release(first.authenticationId)).toBe(false);
        expect(await consume(first)).toEqual({ outcome: 'unknown' });
        const second = await reserved(0, { nonce });
        expect(second).toMatchObject({ circuitIndex: 0, repeated: false, leaseTakenOver: false });
        expect(second.authenticationId).not.toBe(first.authenticationId);
      });

      it('does not release what is consumed or unknown', async () => {
        await put(circuits(0, 1));
        const reservation = await reserved(0);
        await consume(reservation);
        expect(await store.release(reservation.authenticationId)).toBe(false);
        expect(await store.release(uuid())).toBe(false);
        expect(await store.find(refOf(0))).toMatchObject({ state: 'consumed' });
      });
    });

    describe('consumption', () => {
      it('consumes once', async () => {
        const given = circuits(0, 3);
        await put(given);
        const reservation = await reserved(0);
        const consumed = await consume(reservation);
        expect(consumed).toMatchObject({ outcome: 'consumed', stock: 2, nextFreeIndex: 3 });
        const { payloadSha256 } = consumed as { payloadSha256: Uint8Array };
        expect(bytesToHex(payloadSha256)).toBe(bytesToHex(given[0]!.payloadSha256));
        expect(await consume(reservation)).toEqual({ outcome: 'consumed-before' });
        expect(await reserve(0)).toMatchObject({ circuitIndex: 1 });
      });

      it('consumes until the end of the lease and not after', async () => {
        await put(circuits(0, 2));
        const early = await reserved(0);
        const late = await reserved(0);
        expect(await consume(early, NOW_MS + LEASE_MS - 1)).toMatchObject({ outcome: 'consumed' });
        expect(await consume(late, NOW_MS + LEASE_MS)).toEqual({ outcome: 'expired' });
        expect(await store.find(refOf(1))).toMatchObject({ state: 'reserved' });
      });

      it('knows only the reservation as it was given out', async () => {
        await put(circuits(0, 3));
        const reservation = await reserved(0);
        const stranger = newDevice();
        const wrong = [
          { ...device, ...reservation, serverNonce: bytes(32) },
          { ...device, ...reservation, authenticationId: uuid() },
          { ...device, ...reservation, circuitIndex: 1 },
          { ...device, ...reservation, circuitIndex: 7 },
          { ...stranger, ...reservation },
          { ...device, ...reservation, userId: stranger.userId },
        ];
        for (const request of wrong) {
          expect(await store.consume({ ...request, nowMs: NOW_MS })).toEqual({ outcome: 'unknown' });
        }
        expect(await consume(reservation)).toMatchObject({ outcome: 'consumed' });
      });

      it('knows no reservation whose circuit went to another', async () => {
        await put(circuits(0, 1));
        const first = await reserved(0);
        const second = await reserved(0, { nowMs: NOW_MS + LEASE_MS });
        expect(await consume(first, NOW_MS + LEASE_MS)).toEqual({ outcome: 'unknown' });
        expect(await consume(second, NOW_MS + LEASE_MS)).toMatchObject({ outcome: 'consumed' });
      });

      it('lets one of many simultaneous consumptions through', async () => {
        await put(circuits(0, 1));
        const reservation = await reserved(0);
        const outcomes = await Promise.all(Array.from({ length: 16 }, () => consume(reservation)));
        const names = outcomes.map(({ outcome }) => outcome).sort();
        expect(names).toEqual(['consumed', ...Array.from({ length: 15 }, () => 'consumed-before')]);
      });

      it('either consumes or releases', async () => {
        await put(circuits(0, 20));
        for (let round = 0; round < 20; round++) {
          const reservation = await reserved(0);
          const [consumed, released] = await Promise.all([
            consume(reservation),
            store.release(reservation.authenticationId),
          ]);
          expect(consumed.outcome).toBe(released ? 'unknown' : 'consumed');
        }
      });
    });

    describe('ends', () => {
      const payloadOf = (given: NewCircuit): PayloadRef => {
        const { circuitIndex, payloadSha256, objectId } = given;
        return { ...device, circuitIndex, payloadSha256, objectId };
      };
      const dueOfDevice = async (finishedBeforeMs: number) =>
        (await store.finishedPayloads(finishedBeforeMs, 10_000))
          .filter(({ userId }) => userId === device.userId)
          .map(({ circuitIndex }) => circuitIndex);

      it('names payloads of finished circuits after their grace, until they are deleted', async () => {
        await put(circuits(0, 4));
        await consume(await reserved(0));
        await reserved(2);
        await consume(await reserved(3), NOW_MS + 1);
        expect(await dueOfDevice(NOW_MS)).toEqual([]);
        expect((await dueOfDevice(NOW_MS + 1)).sort()).toEqual([0, 1]);
        expect((await dueOfDevice(NOW_MS + 2)).sort()).toEqual([0, 1, 3]);
        await store.markPayloadsDeleted([refOf(0), refOf(1), refOf(2)]);
        expect(await dueOfDevice(NOW_MS + 2)).toEqual([3]);
        // The reserved one is in use: its payload is not to be noted as gone.
        expect(await store.find(refOf(2))).toMatchObject({ state: 'reserved', hasPayload: true });
        expect(await store.find(refOf(0))).toMatchObject({ state: 'consumed', hasPayload: false });
      });

      it('purges tombstones of old circuits, and their indices stay taken', async () => {
        const given = circuits(0, 3);
        await put(given);
        await consume(await reserved(0));
        await consume(await reserved(1), NOW_MS + 5);
        await store.markPayloadsDeleted([refOf(0)]);
        await store.purge(NOW_MS, 10_000);
        expect(await store.find(refOf(0))).toBeDefined();
        await store.purge(NOW_MS + 10, 10_000);
        expect(await store.find(refOf(0))).toBeUndefined();
        // Its payload still waits for deletion.
        expect(await store.find(refOf(1))).toBeDefined();
        expect(await put([given[0]!])).toMatchObject({
          conflict: { reason: 'INDEX_TAKEN', circuitIndex: 0 },
        });
        expect(await store.stockOf(device, NOW_MS)).toEqual({ stock: 1, nextFreeIndex: 3 });
      });

      it('forgets spent nonces after their time', async () => {
        await put(circuits(0, 2));
        const nonce = bytes(16);
        await reserved(0, { nonce });
        const laterMs = NOW_MS + LEASE_MS;
        await reserved(0, { nowMs: laterMs });
        await store.purge(laterMs, 10_000);
        expect(await reserve(0, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
        await store.purge(laterMs + 1, 10_000);
        expect(await reserve(0, { nonce, nowMs: laterMs })).toMatchObject({ outcome: 'reserved' });
      });

      it('loses only circuits that are not finished', async () => {
        await put(circuits(0, 3));
        const first = await reserved(0);
        await consume(first);
        const second = await reserved(1);
        expect(await store.markLost([refOf(0), refOf(1), refOf(2), refOf(9)], NOW_MS)).toBe(2);
        expect(await store.markLost([refOf(1)], NOW_MS)).toBe(0);
        expect(await consume(second)).toEqual({ outcome: 'unknown' });
        expect(await reserve(0)).toMatchObject({ outcome: 'none-ready' });
        expect(await store.find(refOf(0))).toMatchObject({ state: 'consumed' });
      });

      it('deletes a device again and again and refuses late uploads until it is purged', async () => {
        await put(circuits(0, 3));
        const reservation = await reserved(0);
        expect(await store.deleteDevice(device, NOW_MS)).toBe(3);
        expect(await store.deleteDevice(device, NOW_MS)).toBe(0);
        expect(await consume(reservation)).toEqual({ outcome: 'unknown' });
        expect(await reserve(0)).toEqual({ outcome: 'none-ready', skipped: 0 });
        expect(await stock()).toBe(0);
        expect(await put(circuits(3, 1))).toEqual({
          outcome: 'conflict',
          conflict: { reason: 'DEVICE_DELETED' },
        });
        await store.purge(NOW_MS, 10_000);
        expect(await put(circuits(3, 1))).toMatchObject({ outcome: 'conflict' });
        await store.purge(NOW_MS + 1, 10_000);
        expect(await put(circuits(3, 1))).toMatchObject({ outcome: 'stored' });
      });

      it('keeps uploads away from a device that is deleted before its first upload', async () => {
        expect(await store.deleteDevice(device, NOW_MS)).toBe(0);
        expect(await put(circuits(0, 1))).toMatchObject({ conflict: { reason: 'DEVICE_DELETED' } });
      });

      it('tells payloads with a row from those without', async () => {
        const given = circuits(0, 3);
        await put(given);
        await consume(await reserved(0));
        await store.markPayloadsDeleted([refOf(0)]);
        const [deleted, kept, keptToo] = given.map(payloadOf) as [PayloadRef, PayloadRef, PayloadRef];
        const otherObject = { ...kept, objectId: bytes(8) };
        const unknown = { ...kept, circuitIndex: 99 };
        const foreign = { ...kept, ...newDevice() };
        expect(await store.withoutRow([deleted, kept, otherObject, keptToo, unknown, foreign])).toEqual([
          deleted,
          otherObject,
          unknown,
          foreign,
        ]);
        expect(await store.withoutRow([])).toEqual([]);
      });

      it('pages through all devices with their unfinished circuits', async () => {
        const stored = new Map<string, number>();
        for (let count = 0; count < 7; count++) {
          device = newDevice();
          if (count === 0) await store.deleteDevice(device, NOW_MS);
          else await put(circuits(0, count));
          if (count > 1) await consume(await reserved(0));
          stored.set(device.userId, count > 1 ? count - 1 : count);
        }
        const found = new Map<string, number>();
        let cursor: string | undefined;
        do {
          const page = await store.livePage(cursor, 2);
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
        const ran = await store.runExclusively('suite', async () => {
          runs++;
          expect(await store.runExclusively('suite', async () => void runs++)).toBe(false);
          expect(await store.runExclusively('other', async () => void runs++)).toBe(true);
        });
        expect([ran, runs]).toEqual([true, 2]);
        await expect(
          store.runExclusively('suite', () => Promise.reject(new RangeError('in the job'))),
        ).rejects.toBeInstanceOf(RangeError);
        expect(await store.runExclusively('suite', async () => {})).toBe(true);
      });
    });
  });
};
