import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { garbleCircuits, openReleasedTemplate, readyClient } from '../src/client/index.ts';
import { createIdealFunctionality } from '../src/ideal/index.ts';
import { encodeCircuitBatch } from '../src/messages/index.ts';
import { generateDeviceKey } from '../src/node/index.ts';
import { authenticate, enrolledPair, flipBits } from './scenario.ts';

const lockout = { failures: 1_000, windowMs: 1, suspensionMs: 1 };
const key = generateDeviceKey();

describe('the real protocol', () => {
  it('gives the verdicts of the ideal functionality, above all next to the threshold', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 128 }),
        fc.array(fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -128, max: 128 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.integer(),
        (threshold, offsets, seed) => {
          const pair = enrolledPair(`property/${seed}`, { threshold, circuits: 4, key });
          const ideal = createIdealFunctionality(lockout);
          ideal.enroll('u', pair.code, threshold, 4);
          let client = pair.client;
          for (const offset of offsets) {
            const probe = flipBits(pair.code, Math.min(128, Math.max(0, threshold + offset)));
            const expected = ideal.authenticate('u', probe, 0);
            if (expected.result === 'no-circuits') {
              expect(() => authenticate(pair, client, probe)).toThrow('no circuits');
              return;
            }
            const { verdict, advanced } = authenticate(pair, client, probe);
            expect(verdict.result).toBe(expected.result);
            client = advanced;
            if (verdict.result !== 'match') continue;
            const code = openReleasedTemplate(pair.tools.suite, client, verdict);
            expect(code).toEqual(pair.code);
            const refill = garbleCircuits(pair.tools, client.state, code, 0, 1);
            pair.backend.store(encodeCircuitBatch({ circuits: refill.circuits }));
            ideal.refill('u', 1);
            client = readyClient(refill.state);
          }
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('matches at the default size of 2,048 bits exactly up to the threshold', () => {
    const pair = enrolledPair('default-size', { codeBits: 2048, threshold: 744, circuits: 3 });
    let client = pair.client;
    for (const [distance, result] of [
      [743, 'match'],
      [744, 'match'],
      [745, 'no-match'],
    ] as const) {
      const { verdict, advanced } = authenticate(pair, client, flipBits(pair.code, distance));
      expect(verdict.result).toBe(result);
      client = advanced;
    }
  });

  it('never garbles an index twice, whatever index the server asks for (ZK-4)', () => {
    const pair = enrolledPair('garbled-once', { circuits: 3 });
    const seen = new Set([0, 1, 2]);
    let state = pair.client.state;
    for (const fromIndex of [0, 2, 3, 1, 20, 4]) {
      const refill = garbleCircuits(pair.tools, state, pair.code, fromIndex, 2);
      for (const { circuitIndex } of refill.circuits) {
        expect(seen.has(circuitIndex)).toBe(false);
        seen.add(circuitIndex);
      }
      state = refill.state;
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 21, 22, 23]);
  });

  it('draws a fresh hash key for every circuit (ZK-5)', () => {
    const pair = enrolledPair('hash-keys', { circuits: 8 });
    const keys = pair.prepared.circuits.map(({ payload }) =>
      Buffer.from(payload.subarray(16, 32)).toString('hex'),
    );
    expect(new Set(keys).size).toBe(8);
  });
});
