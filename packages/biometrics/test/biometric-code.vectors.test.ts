import { readFileSync, writeFileSync } from 'node:fs';
import { bytesToHex } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { createBinarizer } from '../src/binarizer/binarizer.ts';
import { projectionSigns } from '../src/binarizer/projection-signs.ts';
import { slowCodeVectors } from './reference/code-vectors.ts';
import { vectorFloats, vectorIntegers } from './reference/vector-inputs.ts';

const file = new URL('../../../spec/vectors/biometric-code.json', import.meta.url);
const made = slowCodeVectors();
if (process.env['UPDATE_VECTORS']) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as typeof made;

const embeddings = (vector: (typeof vectors.codes)[number]): Float32Array[] =>
  vector.labels.map((label) =>
    vector.kind === 'integers'
      ? Float32Array.from(vectorIntegers(label, vector.dimensions))
      : vectorFloats(label, vector.dimensions),
  );

// Covers BC-6 to BC-10.
describe('known answers of the biometric code', () => {
  it('are what the slow reference computes', () => {
    expect(vectors).toEqual(made);
  });

  it('has the published signs', () => {
    const signs = [...projectionSigns(64)].map((sign) => (sign < 0 ? '-' : '+')).join('');
    expect(signs).toBe(vectors.signs);
  });

  it.each(vectors.codes)('gives the code of $kind $labels at $bits bits', (vector) => {
    const code = createBinarizer(vector).encode(embeddings(vector));
    expect(bytesToHex(code)).toBe(vector.code);
  });
});
