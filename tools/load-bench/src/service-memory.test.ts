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

it('takes growth that ends for flat, a sawtooth too, and growth that goes on for a leak', () => {
  expect(memoryTrendOf(seriesOf((t) => 1e8 + Math.min(t, 20) * 1e7)).isFlat).toBe(true);
  expect(memoryTrendOf(seriesOf((t) => 1e8 + (t % 7) * 4e6)).isFlat).toBe(true);
  expect(memoryTrendOf(seriesOf((t) => 1e8 + t * 1e6)).isFlat).toBe(false);
});

it('needs points enough for a line', () => {
  expect(() => memoryTrendOf({ service: 's', points: [] })).toThrow(RangeError);
});
