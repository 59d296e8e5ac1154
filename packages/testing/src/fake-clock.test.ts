import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

describe('createFakeClock', () => {
  it('stands still until it is moved', async () => {
    const clock = createFakeClock(1000);
    expect(clock.now()).toBe(1000);
    await clock.advance(250);
    expect(clock.now()).toBe(1250);
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
  });

  it('wakes sleepers in the order of their times, each at its own time', async () => {
    const clock = createFakeClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, durationMs: number) => {
      await clock.sleep(durationMs);
      woken.push(`${name}@${clock.now()}`);
    };
    void sleep('late', 300).then(() => sleep('chained', 50));
    void sleep('early', 100);
    void sleep('never', 10_000);
    await clock.advance(400);
    expect(woken).toEqual(['early@100', 'late@300', 'chained@350']);
    expect(clock.now()).toBe(400);
  });
});
