import { expect, it } from 'vitest';
import { memoryTrendOf, residentBytesOf } from './service-memory.ts';

const seriesOf = (bytesAt: (second: number) => number) => ({
  service: 's',
  points: Array.from({ length: 60 }, (_, seconds) => ({ seconds, bytes: bytesAt(seconds) })),
});

it('reads resident memory from a metrics page', () => {
  expect(residentBytesOf('# x\nprocess_resident_memory_bytes{service="a"} 1.5e+08\n')).toBe(150_000_000);
  expect(residentBytesOf('process_resident_memory_bytes 42\n')).toBe(42);
  expect(residentBytesOf('nothing')).toBeUndefined();
});

/** The same numbers in every run, evenly between -1 and 1. */
const noiseOf = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
};

it.each([
  ['growth that ends', (t: number) => 1e8 + Math.min(t, 20) * 1e7],
  ['a sawtooth', (t: number) => 1e8 + (t % 7) * 4e6],
  ['one more step of the heap', (t: number) => (t < 45 ? 1e8 : 1.3e8)],
  ['two of them', (t: number) => 1e8 + (t < 40 ? 0 : t < 50 ? 2e7 : 4e7)],
  ['memory given back', (t: number) => 2e8 - t * 1e6],
])('takes %s for flat', (_, bytesAt) => {
  expect(memoryTrendOf(seriesOf(bytesAt)).isFlat).toBe(true);
});

it('takes growth that goes on for a leak, under a sawtooth and under noise too', () => {
  const noise = noiseOf(1);
  expect(memoryTrendOf(seriesOf((t) => 1e8 + t * 1e6)).isFlat).toBe(false);
  expect(memoryTrendOf(seriesOf((t) => 1e8 + t * 5e5 + (t % 7) * 4e6)).isFlat).toBe(false);
  expect(memoryTrendOf(seriesOf((t) => 1e8 + t * 1e6 + noise() * 2e6)).isFlat).toBe(false);
});

it('takes noise for a leak in less than one run of a hundred', () => {
  const alarms = Array.from({ length: 1_000 }, (_, seed) => {
    const noise = noiseOf(seed);
    return memoryTrendOf(seriesOf(() => 1e8 + noise() * 1e7)).isFlat ? 0 : 1;
  }).reduce<number>((sum, alarm) => sum + alarm, 0);
  expect(alarms).toBeLessThan(10);
});

it('needs two points for each quarter', () => {
  expect(() => memoryTrendOf({ service: 's', points: [] })).toThrow(RangeError);
});
