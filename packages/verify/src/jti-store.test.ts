import { describe, expect, it } from 'vitest';
import { createMemoryJtiStore } from './jti-store.ts';

describe('the store of used ids in memory', () => {
  it('takes an id once until its time is over', async () => {
    const clock = { nowMs: 0 };
    const store = createMemoryJtiStore({ clock: () => clock.nowMs });
    expect(await store.claim('a', 100)).toBe(true);
    expect(await store.claim('a', 100)).toBe(false);
    clock.nowMs = 100;
    expect(await store.claim('a', 200)).toBe(true);
  });

  it('forgets what is over when it is full, and fails rather than forget what counts', async () => {
    const clock = { nowMs: 0 };
    const store = createMemoryJtiStore({ clock: () => clock.nowMs, maxEntries: 2 });
    await store.claim('a', 100);
    await store.claim('b', 200);
    await expect(store.claim('c', 300)).rejects.toThrow('full');
    expect(await store.claim('b', 200)).toBe(false);
    clock.nowMs = 100;
    expect(await store.claim('c', 300)).toBe(true);
    expect(await store.claim('b', 200)).toBe(false);
  });
});
