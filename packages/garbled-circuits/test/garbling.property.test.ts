import { hammingDistance } from '@openrecognize/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveLabels, SeededBytes } from '../src/compliance/index.ts';
import { evaluatePlain } from '../src/evaluate-plain.ts';
import { evaluateCircuit, garbleCircuit } from '../src/garbled-circuit.ts';
import { createGarblingEngine } from '../src/garbling-engine.ts';
import { hammingThresholdCircuit } from '../src/hamming-threshold.ts';
import { nodeAesBatch } from '../src/node/node-aes-batch.ts';

const engine = createGarblingEngine(nodeAesBatch);

/** A code pair, a garbling and a threshold near, at or far from their distance. */
const scenario = fc
  .constantFrom(64, 128, 256, 512, 2048)
  .chain((n) =>
    fc.record({
      n: fc.constant(n),
      x: fc.uint8Array({ minLength: n / 8, maxLength: n / 8 }),
      y: fc.uint8Array({ minLength: n / 8, maxLength: n / 8 }),
      offset: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -n, max: n })),
      seed: fc.integer({ min: 1, max: 0x7fffffff }),
    }),
  )
  .map(({ n, x, y, offset, seed }) => {
    const random = new SeededBytes(seed);
    const distance = hammingDistance(x, y);
    const threshold = Math.min(n, Math.max(0, distance + offset));
    return {
      distance,
      bits: Uint8Array.from({ length: n }, (_, i) => ((x[i >> 3]! ^ y[i >> 3]!) >> (i & 7)) & 1),
      garbling: {
        n,
        threshold,
        zeroLabels: random.take(16 * n),
        delta: random.delta(),
        hashKey: random.take(16),
      },
    };
  });

describe('garbled Hamming threshold', () => {
  it('says exactly whether Hamming(x, y) <= T (spec 03 GC-1)', () => {
    fc.assert(
      fc.property(scenario, ({ distance, bits, garbling }) => {
        const { payload, matchLabel } = engine.garbleHamming(garbling);
        const labels = liveLabels(garbling, bits);
        const { match, valid, outputLabel } = engine.evaluateHamming({ payload, labels });
        const expected = distance <= garbling.threshold;
        expect({ match, valid }).toEqual({ match: expected, valid: true });
        expect(Buffer.compare(outputLabel, matchLabel) === 0).toBe(expected);
      }),
      { seed: 2015, numRuns: 300 },
    );
  });

  it('gives no false match for a byte changed anywhere in payload or labels', () => {
    fc.assert(
      fc.property(
        scenario,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        ({ distance, bits, garbling }, at, mask) => {
          fc.pre(distance > garbling.threshold);
          const { payload, matchLabel } = engine.garbleHamming(garbling);
          const labels = liveLabels(garbling, bits);
          const target = at % 2 === 0 ? payload : labels;
          target[(at >> 1) % target.length]! ^= mask;
          let evaluation = { match: false, outputLabel: new Uint8Array(0) };
          try {
            evaluation = engine.evaluateHamming({ payload, labels }) as typeof evaluation;
          } catch (error) {
            expect((error as { code: string }).code).toMatch(/^(PAYLOAD|LABELS)_/);
          }
          expect(evaluation.match).toBe(false);
          expect(Buffer.compare(evaluation.outputLabel, matchLabel)).not.toBe(0);
        },
      ),
      { seed: 2020, numRuns: 300 },
    );
  });

  it('agrees with the two-input circuit, garbled gate by gate and in the clear', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 128, maxLength: 128, max: 1 }),
        fc.integer({ min: 0, max: 64 }),
        fc.integer({ min: 1, max: 0x7fffffff }),
        (bits, threshold, seed) => {
          const circuit = hammingThresholdCircuit(64, threshold);
          const random = new SeededBytes(seed);
          const input = {
            zeroLabels: random.take(16 * 128),
            delta: random.delta(),
            hashKey: random.take(16),
          };
          const { rows, outputZeroLabels } = garbleCircuit(circuit, nodeAesBatch, input);
          const labels = input.zeroLabels.map((byte, i) => byte ^ (bits[i >> 4]! * input.delta[i & 15]!));
          const output = evaluateCircuit(circuit, nodeAesBatch, { rows, labels, hashKey: input.hashKey });
          const distance = bits.slice(0, 64).filter((bit, i) => bit !== bits[64 + i]).length;
          const expected = distance <= threshold;
          expect(evaluatePlain(circuit, bits)).toEqual(Uint8Array.of(Number(expected)));
          const oneLabel = outputZeroLabels.map((byte, i) => byte ^ input.delta[i]!);
          expect(output).toEqual(expected ? oneLabel : outputZeroLabels);
        },
      ),
      { seed: 1986, numRuns: 60 },
    );
  });
});
