import { describe, expect, it } from 'vitest';
import { DataKeyError, type DataKeyWrapper, type WrappedDataKey } from '../ports/data-key-wrapper.ts';
import { createDataKeys, type DataKeysOptions } from './data-keys.ts';

/** Wraps by writing the number of the key down. */
const countingWrapper = () => {
  const calls = { generate: 0, unwrap: 0 };
  const state = { isAway: false };
  const check = () => {
    if (state.isAway) throw new DataKeyError('KEY_SERVICE_UNAVAILABLE', 'away');
  };
  const wrapper: DataKeyWrapper = {
    kind: 'kms',
    async generate() {
      calls.generate++;
      check();
      return {
        keyId: 'k',
        wrapped: Uint8Array.of(calls.generate),
        plaintext: new Uint8Array(32).fill(calls.generate),
      };
    },
    async unwrap({ wrapped }) {
      calls.unwrap++;
      check();
      return new Uint8Array(32).fill(wrapped[0]!);
    },
    close() {},
  };
  return { wrapper, calls, state };
};

const setUp = (options: Partial<DataKeysOptions> = {}) => {
  const clock = { nowMs: 0 };
  const { wrapper, calls, state } = countingWrapper();
  const keys = createDataKeys({
    sealWith: 'kms',
    wrappers: [wrapper],
    now: () => clock.nowMs,
    maxAgeMs: 1000,
    ...options,
  });
  return { keys, calls, state, clock };
};
const wrappedOf = (number: number): WrappedDataKey => ({ keyId: 'k', wrapped: Uint8Array.of(number) });

describe('data keys', () => {
  it('are made once for objects of the same time, and anew after their age', async () => {
    const { keys, calls, clock } = setUp();
    const sealed = await Promise.all(Array.from({ length: 20 }, () => keys.forSealing()));
    expect(new Set(sealed).size).toBe(1);
    clock.nowMs = 1000;
    expect((await keys.forSealing())?.wrapped).toEqual(Uint8Array.of(2));
    expect(calls.generate).toBe(2);
  });

  it('are made anew after so many objects, also when those come at once', async () => {
    const { keys, calls } = setUp({ maxSeals: 4 });
    const sealed = await Promise.all(Array.from({ length: 10 }, () => keys.forSealing()));
    expect(calls.generate).toBe(3);
    for (const one of new Set(sealed)) {
      expect(sealed.filter((other) => other === one).length).toBeLessThanOrEqual(4);
    }
  });

  it('are asked for again after a failure', async () => {
    const { keys, state } = setUp();
    state.isAway = true;
    await expect(keys.probe()).rejects.toMatchObject({ code: 'KEY_SERVICE_UNAVAILABLE' });
    await expect(keys.forSealing()).rejects.toBeInstanceOf(DataKeyError);
    await expect(keys.forOpening('kms', wrappedOf(1))).rejects.toBeInstanceOf(DataKeyError);
    state.isAway = false;
    await expect(keys.probe()).resolves.toBeUndefined();
    expect((await keys.forOpening('kms', wrappedOf(9))).export()[0]).toBe(9);
  });

  it('are unwrapped once while they are kept, and the least recently used one is given up', async () => {
    const { keys, calls, clock } = setUp({ cacheSize: 2 });
    await Promise.all([1, 1, 1].map((number) => keys.forOpening('kms', wrappedOf(number))));
    await keys.forOpening('kms', wrappedOf(2));
    await keys.forOpening('kms', wrappedOf(1));
    await keys.forOpening('kms', wrappedOf(3));
    expect(calls.unwrap).toBe(3);
    await keys.forOpening('kms', wrappedOf(1));
    expect(calls.unwrap).toBe(3);
    await keys.forOpening('kms', wrappedOf(2));
    expect(calls.unwrap).toBe(4);
    clock.nowMs = 1000;
    await keys.forOpening('kms', wrappedOf(1));
    expect(calls.unwrap).toBe(5);
  });

  it('of a kind that is not configured are unknown, and none is made for objects in the clear', async () => {
    const { keys, calls } = setUp();
    await expect(keys.forOpening('file', wrappedOf(1))).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
    const off = createDataKeys({ wrappers: [], now: () => 0 });
    expect(await off.forSealing()).toBeUndefined();
    await expect(off.probe()).resolves.toBeUndefined();
    expect(calls.generate).toBe(0);
  });
});
