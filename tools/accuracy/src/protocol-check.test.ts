import { createGarblingEngine, type GarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { describe, expect, it } from 'vitest';
import type { Subject } from './pair-scores.ts';
import { checkProtocol, choosePairs } from './protocol-check.ts';
import { seededRandom } from './seeded-random.ts';

const N = 256;
const random = seededRandom('codes');

/** Ten people with four codes each, a few bits from a code of their own. */
const subjects: Subject[] = Array.from({ length: 10 }, (_, person) => {
  const own = random.bytes(N / 8);
  return Array.from({ length: 4 }, () => {
    const code = Uint8Array.from(own);
    for (let flips = random.below(80); flips > 0; flips--) code[random.below(N / 8)] ^= 1 << random.below(8);
    return { person, code, embedding: new Float32Array(1) };
  });
}).flat();
const threshold = 60;
const engine = createGarblingEngine(nodeAesBatch);

describe('choosePairs', () => {
  it('draws half of the pairs near the threshold, and both kinds of the others', () => {
    const chosen = choosePairs(subjects, threshold, 40, seededRandom('choice'));
    expect(chosen).toHaveLength(40);
    expect(new Set(chosen).size).toBe(40);
    const gap = (distance: number): number => Math.abs(distance - threshold);
    const near = chosen.slice(0, 20).map(({ distance }) => gap(distance));
    const far = chosen.slice(20).map(({ distance }) => gap(distance));
    expect(Math.max(...near)).toBeLessThanOrEqual(Math.min(...far));
    expect(chosen.slice(20).filter(({ distance }) => distance <= threshold).length).toBeGreaterThan(5);
    expect(chosen.slice(20).filter(({ distance }) => distance > threshold).length).toBeGreaterThan(5);
  });

  it('draws the same pairs for the same seed', () => {
    const draw = () => choosePairs(subjects, threshold, 40, seededRandom('choice'));
    expect(draw()).toEqual(draw());
  });
});

describe('checkProtocol', () => {
  const pairs = choosePairs(subjects, threshold, 40, seededRandom('choice'));

  it('finds that real circuits decide as the distance does', () => {
    const check = checkProtocol(engine, pairs, threshold, seededRandom('labels'));
    expect(check).toMatchObject({ pairs: 40, differing: [] });
    expect(check.matches).toBe(pairs.filter(({ distance }) => distance <= threshold).length);
    expect(check.matches).toBeGreaterThan(5);
    expect(check.matches).toBeLessThan(35);
  });

  it('tells every pair that a wrong circuit decides otherwise', () => {
    const wrong: GarblingEngine = {
      name: 'one bit too strict',
      garbleHamming: (input) => engine.garbleHamming({ ...input, threshold: input.threshold - 1 }),
      evaluateHamming: (input) => engine.evaluateHamming(input),
    };
    const edge = pairs[0].distance;
    const onEdge = pairs.filter(({ distance }) => distance === edge);
    const { differing } = checkProtocol(wrong, pairs, edge, seededRandom('labels'));
    expect(differing).toEqual(onEdge);
  });
});
