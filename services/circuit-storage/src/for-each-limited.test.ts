import { describe, expect, it } from 'vitest';
import { forEachLimited } from './for-each-limited.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('forEachLimited', () => {
  it('works on every item once and on no more at a time than allowed', async () => {
    const items = Array.from({ length: 30 }, (_, index) => index);
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachLimited(items, 4, async (item) => {
      most = Math.max(most, ++running);
      await tick();
      running--;
      done.push(item);
    });
    expect(done.sort((a, b) => a - b)).toEqual(items);
    expect(most).toBe(4);
  });

  it('begins nothing new after a failure and throws it when the work under way has ended', async () => {
    const begun: number[] = [];
    let running = 0;
    const work = forEachLimited([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      running++;
      await tick();
      if (item !== 0) await tick();
      running--;
      if (item === 0) throw new RangeError('first');
    });
    await expect(work).rejects.toBeInstanceOf(RangeError);
    expect(begun).toEqual([0, 1]);
    expect(running).toBe(0);
  });

  it('does nothing with no items', async () => {
    await forEachLimited([], 4, () => Promise.reject(new Error('no item')));
  });
});
