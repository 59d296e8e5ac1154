import { bytesToHex } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { circuitFixtures } from './circuit-fixtures.ts';
import { LEASE_MS, NOW_MS, type OpenMetadataStore, useMetadataStore } from './metadata-store-context.ts';

const fixtures = circuitFixtures('metadata reservations');
const { bytes, uuid, circuits, device: newDevice } = fixtures;

/** What a metadata store must do with reservations and consumptions. */
export const describeReservations = (open: OpenMetadataStore): void => {
  const on = useMetadataStore(open, fixtures);

  describe('reservations', () => {
    it('gives out the lowest ready circuit and counts what is left', async () => {
      const given = circuits(0, 3);
      await on.put(given);
      const first = await on.reserved(0);
      expect(first).toMatchObject({ circuitIndex: 0, stock: 2, repeated: false, leaseTakenOver: false });
      expect(first.leaseExpiresAtMs).toBe(NOW_MS + LEASE_MS);
      expect(bytesToHex(first.payloadSha256)).toBe(bytesToHex(given[0]!.payloadSha256));
      expect(await on.reserved(0)).toMatchObject({ circuitIndex: 1, stock: 1 });
      expect(await on.stock()).toBe(1);
    });

    it('gives up what the device has left behind', async () => {
      await on.put(circuits(0, 5));
      expect(await on.reserved(3)).toMatchObject({ circuitIndex: 3, stock: 1, skipped: 3 });
      expect(await on.store.find(on.refOf(1))).toMatchObject({ state: 'skipped', hasPayload: true });
      expect(await on.reserve(0)).toMatchObject({ outcome: 'reserved', circuitIndex: 4 });
    });

    it('has none for an unknown device, an empty stock, or beyond the stock', async () => {
      expect(await on.reserve(0)).toEqual({ outcome: 'none-ready', skipped: 0 });
      await on.put(circuits(0, 2));
      expect(await on.reserve(2)).toEqual({ outcome: 'none-ready', skipped: 2 });
      expect(await on.reserve(0)).toEqual({ outcome: 'none-ready', skipped: 0 });
    });

    it('answers the same nonce with the same reservation while it is open', async () => {
      await on.put(circuits(0, 3));
      const nonce = bytes(16);
      const first = await on.reserved(0, { nonce });
      const second = await on.reserved(0, { nonce, nowMs: NOW_MS + LEASE_MS - 1 });
      expect(second).toMatchObject({ repeated: true, stock: 2 });
      for (const field of ['authenticationId', 'circuitIndex', 'leaseExpiresAtMs'] as const) {
        expect(second[field]).toBe(first[field]);
      }
      expect(bytesToHex(second.serverNonce)).toBe(bytesToHex(first.serverNonce));
    });

    it('refuses a nonce whose reservation is consumed', async () => {
      await on.put(circuits(0, 3));
      const nonce = bytes(16);
      await on.consume(await on.reserved(0, { nonce }));
      expect(await on.reserve(0, { nonce })).toEqual({ outcome: 'nonce-spent' });
      expect(await on.reserve(1, { nonce })).toEqual({ outcome: 'nonce-spent' });
    });

    it('refuses a nonce whose lease ran out, before and after its circuit is given to another', async () => {
      await on.put(circuits(0, 3));
      const nonce = bytes(16);
      await on.reserved(0, { nonce });
      const laterMs = NOW_MS + LEASE_MS;
      expect(await on.reserve(0, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
      expect(await on.reserved(0, { nowMs: laterMs })).toMatchObject({
        circuitIndex: 0,
        leaseTakenOver: true,
      });
      expect(await on.reserve(0, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
      // A refusal changes nothing.
      expect(await on.stock(laterMs)).toBe(2);
      expect(await on.reserve(2, { nonce, nowMs: laterMs })).toEqual({ outcome: 'nonce-spent' });
      expect(await on.stock(laterMs)).toBe(2);
    });

    it('refuses a nonce whose open reservation lies below the named index', async () => {
      await on.put(circuits(0, 3));
      const nonce = bytes(16);
      await on.reserved(0, { nonce });
      expect(await on.reserve(1, { nonce })).toEqual({ outcome: 'nonce-spent' });
    });

    it('keeps nonces of different devices apart', async () => {
      const nonce = bytes(16);
      await on.put(circuits(0, 1));
      await on.reserved(0, { nonce });
      on.device = newDevice();
      await on.put(circuits(0, 1));
      expect(await on.reserved(0, { nonce })).toMatchObject({ repeated: false });
    });

    it('counts a lease as run out at its very end and not a millisecond before', async () => {
      await on.put(circuits(0, 1));
      await on.reserved(0);
      expect(await on.reserve(0, { nowMs: NOW_MS + LEASE_MS - 1 })).toMatchObject({ outcome: 'none-ready' });
      expect(await on.stock(NOW_MS + LEASE_MS - 1)).toBe(0);
      expect(await on.stock(NOW_MS + LEASE_MS)).toBe(1);
      expect(await on.reserve(0, { nowMs: NOW_MS + LEASE_MS })).toMatchObject({ outcome: 'reserved' });
    });

    it('gives up an expired reservation below the named index', async () => {
      await on.put(circuits(0, 2));
      const old = await on.reserved(0);
      expect(await on.reserved(1, { nowMs: NOW_MS + LEASE_MS })).toMatchObject({ skipped: 1 });
      expect(await on.consume(old, NOW_MS + LEASE_MS)).toEqual({ outcome: 'expired' });
    });

    it('gives simultaneous requests different circuits', async () => {
      await on.put(circuits(0, 10));
      const outcomes = await Promise.all(Array.from({ length: 15 }, () => on.reserve(0)));
      const indices = outcomes.flatMap((outcome) =>
        outcome.outcome === 'reserved' ? [outcome.circuitIndex] : [],
      );
      expect(indices.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('gives simultaneous copies of one request one circuit', async () => {
      for (const ready of [1, 5]) {
        on.device = newDevice();
        await on.put(circuits(0, ready));
        const nonce = bytes(16);
        const copies = await Promise.all(Array.from({ length: 12 }, () => on.reserved(0, { nonce })));
        expect(new Set(copies.map(({ authenticationId }) => authenticationId)).size).toBe(1);
        expect(copies.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect(await on.stock()).toBe(ready - 1);
      }
    });

    it('is as new after a release, for the same nonce too', async () => {
      await on.put(circuits(0, 2));
      const nonce = bytes(16);
      const first = await on.reserved(0, { nonce });
      expect(await on.store.release(first.authenticationId)).toBe(true);
      expect(await on.store.release(first.authenticationId)).toBe(false);
      expect(await on.consume(first)).toEqual({ outcome: 'unknown' });
      const second = await on.reserved(0, { nonce });
      expect(second).toMatchObject({ circuitIndex: 0, repeated: false, leaseTakenOver: false });
      expect(second.authenticationId).not.toBe(first.authenticationId);
    });

    it('does not release what is consumed or unknown', async () => {
      await on.put(circuits(0, 1));
      const reservation = await on.reserved(0);
      await on.consume(reservation);
      expect(await on.store.release(reservation.authenticationId)).toBe(false);
      expect(await on.store.release(uuid())).toBe(false);
      expect(await on.store.find(on.refOf(0))).toMatchObject({ state: 'consumed' });
    });
  });

  describe('consumption', () => {
    it('consumes once', async () => {
      const given = circuits(0, 3);
      await on.put(given);
      const reservation = await on.reserved(0);
      const consumed = await on.consume(reservation);
      expect(consumed).toMatchObject({ outcome: 'consumed', stock: 2, nextFreeIndex: 3 });
      const { payloadSha256 } = consumed as { payloadSha256: Uint8Array };
      expect(bytesToHex(payloadSha256)).toBe(bytesToHex(given[0]!.payloadSha256));
      expect(await on.consume(reservation)).toEqual({ outcome: 'consumed-before' });
      expect(await on.reserve(0)).toMatchObject({ circuitIndex: 1 });
    });

    it('consumes until the end of the lease and not after', async () => {
      await on.put(circuits(0, 2));
      const early = await on.reserved(0);
      const late = await on.reserved(0);
      expect(await on.consume(early, NOW_MS + LEASE_MS - 1)).toMatchObject({ outcome: 'consumed' });
      expect(await on.consume(late, NOW_MS + LEASE_MS)).toEqual({ outcome: 'expired' });
      expect(await on.store.find(on.refOf(1))).toMatchObject({ state: 'reserved' });
    });

    it('knows only the reservation as it was given out', async () => {
      await on.put(circuits(0, 3));
      const reservation = await on.reserved(0);
      const stranger = newDevice();
      const wrong = [
        { ...on.device, ...reservation, serverNonce: bytes(32) },
        { ...on.device, ...reservation, authenticationId: uuid() },
        { ...on.device, ...reservation, circuitIndex: 1 },
        { ...on.device, ...reservation, circuitIndex: 7 },
        { ...stranger, ...reservation },
        { ...on.device, ...reservation, userId: stranger.userId },
      ];
      for (const request of wrong) {
        expect(await on.store.consume({ ...request, nowMs: NOW_MS })).toEqual({ outcome: 'unknown' });
      }
      expect(await on.consume(reservation)).toMatchObject({ outcome: 'consumed' });
    });

    it('knows no reservation whose circuit went to another', async () => {
      await on.put(circuits(0, 1));
      const first = await on.reserved(0);
      const second = await on.reserved(0, { nowMs: NOW_MS + LEASE_MS });
      expect(await on.consume(first, NOW_MS + LEASE_MS)).toEqual({ outcome: 'unknown' });
      expect(await on.consume(second, NOW_MS + LEASE_MS)).toMatchObject({ outcome: 'consumed' });
    });

    it('lets one of many simultaneous consumptions through', async () => {
      await on.put(circuits(0, 1));
      const reservation = await on.reserved(0);
      const outcomes = await Promise.all(Array.from({ length: 16 }, () => on.consume(reservation)));
      const names = outcomes.map(({ outcome }) => outcome).sort();
      expect(names).toEqual(['consumed', ...Array.from({ length: 15 }, () => 'consumed-before')]);
    });

    it('either consumes or releases', async () => {
      await on.put(circuits(0, 20));
      for (let round = 0; round < 20; round++) {
        const reservation = await on.reserved(0);
        const [consumed, released] = await Promise.all([
          on.consume(reservation),
          on.store.release(reservation.authenticationId),
        ]);
        expect(consumed.outcome).toBe(released ? 'unknown' : 'consumed');
      }
    });
  });
};
