import { bytesToHex } from '@openrecognize/bytes';
import { expect, it } from 'vitest';
import { circuitFixtures } from './circuit-fixtures.ts';
import { LEASE_MS, NOW_MS, type OpenMetadataStore, useMetadataStore } from './metadata-store-context.ts';

const fixtures = circuitFixtures('metadata uploads');
const { bytes, circuit, circuits } = fixtures;

/** What a metadata store must do with uploads. */
export const describeUploads = (open: OpenMetadataStore): void => {
  const on = useMetadataStore(open, fixtures);

  it('stores circuits as ready and counts them', async () => {
    expect(await on.put(circuits(0, 5))).toEqual({
      outcome: 'stored',
      inserted: [0, 1, 2, 3, 4],
      stock: 5,
    });
    expect(await on.store.stockOf(on.device, NOW_MS)).toMatchObject({ stock: 5, nextFreeIndex: 5 });
    expect(await on.store.find(on.refOf(3))).toMatchObject({ state: 'ready', hasPayload: true });
  });

  it('knows nothing of a device that never stored', async () => {
    expect(await on.store.stockOf(on.device, NOW_MS)).toEqual({
      stock: 0,
      nextFreeIndex: 0,
      shared: 0,
      enrollment: 0,
    });
    expect(await on.store.find(on.refOf(0))).toBeUndefined();
  });

  it('counts what a device ever shared, and what of it belongs to its enrollment', async () => {
    const limit = { maxUnfinished: 100, nowMs: NOW_MS };
    const enrolling = { ...limit, enrolling: true };
    const [first, second, third] = [circuits(0, 2), circuits(2, 3), circuits(5, 4)];
    await on.store.storeCircuits(on.device, first, enrolling);
    await on.store.storeCircuits(on.device, second, enrolling);
    await on.store.storeCircuits(on.device, second, enrolling);
    await on.store.storeCircuits(on.device, third, limit);
    // Most of it is known.
    await on.store.storeCircuits(on.device, [...third, ...circuits(9, 1)], limit);
    await on.consume(await on.reserved(0));
    expect(await on.store.stockOf(on.device, NOW_MS)).toEqual({
      stock: 9,
      nextFreeIndex: 10,
      shared: 10,
      enrollment: 5,
    });
  });

  it('continues behind what was stored, gaps included, and counts what is ready', async () => {
    await on.put(circuits(0, 3));
    await on.consume(await on.reserved(0));
    await on.reserved(1);
    expect(await on.put(circuits(5, 2))).toEqual({ outcome: 'stored', inserted: [5, 6], stock: 3 });
    expect(await on.store.stockOf(on.device, NOW_MS)).toMatchObject({ stock: 3, nextFreeIndex: 7 });
    expect(await on.store.find(on.refOf(6))).toMatchObject({ state: 'ready', hasPayload: true });
    const { nowMs, maxUnfinished } = { nowMs: NOW_MS + LEASE_MS, maxUnfinished: 100 };
    expect(await on.store.storeCircuits(on.device, circuits(7, 1), { nowMs, maxUnfinished })).toMatchObject({
      stock: 5,
    });
  });

  it('holds the limit when many uploads continue at the same time', async () => {
    await on.put(circuits(0, 1));
    const uploads = Array.from({ length: 8 }, (_, i) => on.put(circuits(1 + 2 * i, 2), 7));
    const stored = (await Promise.all(uploads)).filter(({ outcome }) => outcome === 'stored');
    expect(stored.length).toBeLessThanOrEqual(3);
    expect(await on.stock()).toBe(1 + 2 * stored.length);
  });

  it('accepts the same circuits again without a second row', async () => {
    const given = circuits(0, 3);
    await on.put(given);
    const again = given.map((one) => ({ ...one, objectId: bytes(8) }));
    expect(await on.put([...again, circuit(3)])).toEqual({ outcome: 'stored', inserted: [3], stock: 4 });
    // The object of the first upload stays the one that counts.
    expect(bytesToHex((await on.store.find(on.refOf(0)))!.objectId)).toBe(bytesToHex(given[0]!.objectId));
  });

  it('refuses another circuit at a known index and stores nothing of that upload', async () => {
    await on.put(circuits(0, 3));
    expect(await on.put([circuit(2), circuit(3)])).toEqual({
      outcome: 'conflict',
      conflict: { reason: 'INDEX_TAKEN', circuitIndex: 2 },
    });
    expect(await on.store.stockOf(on.device, NOW_MS)).toMatchObject({ stock: 3, nextFreeIndex: 3 });
  });

  it('refuses an index below the highest one that was never stored', async () => {
    await on.put(circuits(5, 2));
    expect(await on.put(circuits(3, 1))).toMatchObject({ conflict: { circuitIndex: 3 } });
  });

  it('accepts a reserved circuit again but not a consumed one', async () => {
    const given = circuits(0, 2);
    await on.put(given);
    const reservation = await on.reserved(0);
    expect(await on.put(given)).toMatchObject({ outcome: 'stored', inserted: [] });
    await on.consume(reservation);
    expect(await on.put(given)).toMatchObject({ outcome: 'conflict' });
  });

  it('holds the limit of unused circuits, reserved ones included', async () => {
    await on.put(circuits(0, 4), 5);
    await on.reserved(0);
    expect(await on.put(circuits(4, 2), 5)).toEqual({
      outcome: 'conflict',
      conflict: { reason: 'TOO_MANY_CIRCUITS' },
    });
    expect(await on.put(circuits(4, 1), 5)).toMatchObject({ outcome: 'stored' });
  });

  it('gives an index one circuit when two uploads race for it', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => on.put(circuits(0, 4))));
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
    expect(await on.stock()).toBe(4);
  });

  it('lets the same upload race with itself', async () => {
    const given = circuits(0, 4);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => on.put(given)));
    const inserted = outcomes.flatMap((outcome) => (outcome.outcome === 'stored' ? outcome.inserted : [-1]));
    expect(inserted).toEqual([0, 1, 2, 3]);
  });

  it('stores the largest index', async () => {
    await on.put(circuits(4_294_967_294, 1));
    expect(await on.store.stockOf(on.device, NOW_MS)).toMatchObject({
      stock: 1,
      nextFreeIndex: 4_294_967_295,
    });
    expect(await on.reserved(4_294_967_294)).toMatchObject({ circuitIndex: 4_294_967_294 });
  });
};
