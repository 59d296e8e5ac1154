import { hammingDistance, popcount } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { vectorFloats } from '../../test/reference/vector-inputs.ts';
import { normalize } from '../embedder.ts';
import { createBinarizer } from './binarizer.ts';

const binarizer = createBinarizer({ bits: 2048, dimensions: 512 });
const face = (label: string): Float32Array => normalize(vectorFloats(label, 512));

/** A vector at a given angle from the first, in the plane of both. */
const turned = (from: Float32Array, towards: Float32Array, radians: number): Float32Array => {
  const dot = from.reduce((sum, value, i) => sum + value * towards[i], 0);
  const side = normalize(towards.map((value, i) => value - dot * from[i]));
  return from.map((value, i) => Math.cos(radians) * value + Math.sin(radians) * side[i]);
};

describe('createBinarizer', () => {
  it.each([0.2, 0.6, 1.0, 1.4])('turns an angle of %f radians into its share of the bits', (radians) => {
    let distance = 0;
    for (let i = 0; i < 20; i++) {
      const one = face(`one ${i}`);
      const other = turned(one, face(`other ${i}`), radians);
      distance += hammingDistance(binarizer.encode([one]), binarizer.encode([other])) / 20;
    }
    expect(distance / 2048).toBeCloseTo(radians / Math.PI, 2);
  });

  it('sets about half of the bits', () => {
    const ones = popcount(binarizer.encode([face('someone')]));
    expect(Math.abs(ones - 1024)).toBeLessThan(5 * Math.sqrt(512));
  });

  it('flips every bit for the opposite embedding', () => {
    const one = face('someone');
    const opposite = one.map((value) => -value);
    expect(hammingDistance(binarizer.encode([one]), binarizer.encode([opposite]))).toBe(2048);
  });

  it('does not depend on the length of an embedding', () => {
    const one = face('someone');
    const longer = one.map((value) => 4 * value);
    expect(binarizer.encode([longer])).toEqual(binarizer.encode([one]));
  });

  it('puts the code of two embeddings between them', () => {
    const one = face('one');
    const other = turned(one, face('other'), 1);
    const both = binarizer.encode([one, other]);
    const apart = hammingDistance(binarizer.encode([one]), binarizer.encode([other]));
    expect(hammingDistance(both, binarizer.encode([one]))).toBeLessThan(0.65 * apart);
    expect(hammingDistance(both, binarizer.encode([other]))).toBeLessThan(0.65 * apart);
  });

  it.each([
    ['of another length', [new Float32Array(128).fill(1)]],
    ['of zeros', [new Float32Array(512)]],
    ['with a number that is none', [new Float32Array(512).fill(Number.NaN)]],
    ['that does not exist', []],
  ])('refuses an embedding %s', (_, embeddings) => {
    expect(() => binarizer.encode(embeddings)).toThrow(RangeError);
  });

  it.each([
    [2048, 500],
    [2000, 512],
    [4, 4],
  ])('refuses %i bits from %i dimensions', (bits, dimensions) => {
    expect(() => createBinarizer({ bits, dimensions })).toThrow(RangeError);
  });
});
