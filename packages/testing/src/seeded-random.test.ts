import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './seeded-random.ts';

describe('seededRandom', () => {
  it('is SHA-256 over the hashed seed and a 64-bit little-endian counter', () => {
    const key = createHash('sha256').update('openrecognize test seed 7').digest();
    const blocks = [0, 1].map((index) =>
      createHash('sha256')
        .update(key)
        .update(Buffer.from([index, 0, 0, 0, 0, 0, 0, 0]))
        .digest(),
    );
    expect(Buffer.from(seededRandom(7).bytes(64))).toEqual(Buffer.concat(blocks));
  });

  it('gives the same stream for any pattern of calls', () => {
    const whole = seededRandom('a').bytes(100);
    const parts = seededRandom('a');
    const pieces = [1, 31, 0, 33, 35].map((length) => parts.bytes(length));
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(whole));
    expect(seededRandom('b').bytes(100)).not.toEqual(whole);
  });

  it('draws integers of the whole range and nothing outside', () => {
    const random = seededRandom(1);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 6000; i++) counts[random.integer(6)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(() => random.integer(0)).toThrow(RangeError);
    expect(() => random.integer(1.5)).toThrow(RangeError);
  });

  it('shuffles without loss, and leaves its input alone', () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = seededRandom(2).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });

  it('forks streams that do not depend on what was drawn', () => {
    const random = seededRandom(3);
    const early = random.fork('x').bytes(16);
    random.bytes(5);
    expect(random.fork('x').bytes(16)).toEqual(early);
    expect(random.fork('y').bytes(16)).not.toEqual(early);
  });
});
