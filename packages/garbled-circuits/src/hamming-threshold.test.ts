import { describe, expect, it } from 'vitest';
import { andDepths, countAndGates } from './circuit.ts';
import { CircuitBuilder } from './circuit-builder.ts';
import { evaluatePlain } from './evaluate-plain.ts';
import { hammingThresholdCircuit, thresholdAtMost, weightThresholdCircuit } from './hamming-threshold.ts';
import { scheduleLayers } from './layer-schedule.ts';

const sizes = [64, 128, 256, 512, 1024, 2048, 4096];
const thresholds = (n: number) => [0, 1, 2, Math.floor(0.36 * n), n / 2 - 1, n / 2, n - 1, n];

describe('Hamming threshold circuit', () => {
  it.each(sizes)('has n - 1 AND gates in log2 n layers for %d bits and any threshold (spec 03 GC-3)', (n) => {
    for (const threshold of thresholds(n)) {
      for (const circuit of [weightThresholdCircuit(n, threshold), hammingThresholdCircuit(n, threshold)]) {
        expect(countAndGates(circuit)).toBe(n - 1);
        expect(Math.max(...andDepths(circuit))).toBe(Math.log2(n));
      }
    }
  });

  it('has n/2, n/4, ... 1 AND gates in its layers', () => {
    const layers = scheduleLayers(weightThresholdCircuit(64, 20));
    expect(layers.map((layer) => layer.andGates.length)).toEqual([0, 32, 16, 8, 4, 2, 1]);
  });

  it('is right for every input and threshold of 2, 4 and 8 bits, and every input of 16 bits', () => {
    for (const n of [2, 4, 8, 16]) {
      const tried = n < 16 ? [...Array(n + 1).keys()] : [0, 5, 8, 15, 16];
      for (const threshold of tried) {
        const circuit = weightThresholdCircuit(n, threshold);
        for (let value = 0; value < 1 << n; value++) {
          const bits = Uint8Array.from({ length: n }, (_, i) => (value >> i) & 1);
          const weight = bits.reduce((sum, bit) => sum + bit, 0);
          if (evaluatePlain(circuit, bits)[0] !== Number(weight <= threshold)) {
            expect({ n, threshold, value }).toBe('decided rightly');
          }
        }
      }
    }
  });

  it.each(sizes)('is right around every threshold tried for %d bits', (n) => {
    for (const threshold of thresholds(n)) {
      const circuit = weightThresholdCircuit(n, threshold);
      for (const weight of [0, threshold - 1, threshold, threshold + 1, n]) {
        if (weight < 0 || weight > n) continue;
        // Bits spread by an odd stride, so that each column sees a mixture.
        const bits = new Uint8Array(n);
        for (let i = 0; i < weight; i++) bits[(i * 37 + 11) % n] = 1;
        expect([threshold, weight, evaluatePlain(circuit, bits)[0]]).toEqual([
          threshold,
          weight,
          Number(weight <= threshold),
        ]);
      }
    }
  });

  it.each([
    [0, 0],
    [1, 0],
    [3, 1],
    [96, 5],
    [64, -1],
    [64, 65],
    [64, 0.5],
    [64, Number.NaN],
  ])('refuses %d bits with threshold %d', (n, threshold) => {
    const builder = new CircuitBuilder(n);
    expect(() => thresholdAtMost(builder, builder.inputs(), threshold)).toThrow(
      expect.objectContaining({ code: 'PARAMETERS_INVALID' }),
    );
  });
});
