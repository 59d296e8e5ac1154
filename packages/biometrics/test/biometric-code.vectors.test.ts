import { readFileSync } from 'node:fs';
import { bytesToHex } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { createBinarizer } from '../src/binarizer/binarizer.ts';
import { projectionSigns } from '../src/binarizer/projection-signs.ts';
import { slowCodeOfFloats, slowCodeOfIntegers } from './reference/slow-binarizer.ts';
import { vectorFloats, vectorIntegers } from './reference/vector-inputs.ts';

interface CodeVector {
  readonly kind: 'integers' | 'floats';
  readonly bits: number;
  readonly dimensions: number;
  readonly labels: readonly string[];
  readonly code: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../spec/vectors/biometric-code.json', import.meta.url), 'utf8'),
) as { signs: string; codes: CodeVector[] };

const embeddings = (vector: CodeVector): Float32Array[] =>
  vector.labels.map((label) =>
    vector.kind === 'integers'
      ? Float32Array.from(vectorIntegers(label, vector.dimensions))
      : vectorFloats(label, vector.dimensions),
  );

// Covers BC-6 to BC-10.
describe('known answers of the biometric code', () => {
  it('has the published signs', () => {
    const signs = [...projectionSigns(64)].map((sign) => (sign < 0 ? '-' : '+')).join('');
    expect(signs).toBe(vectors.signs);
  });

  it.each(vectors.codes)('gives the code of $kind $labels at $bits bits', (vector) => {
    const code = createBinarizer(vector).encode(embeddings(vector));
    expect(bytesToHex(code)).toBe(vector.code);
  });

  it.each(vectors.codes)('confirms by the slow reference: $kind $labels at $bits bits', (vector) => {
    const slow =
      vector.kind === 'integers'
        ? slowCodeOfIntegers(
            vector.bits,
            vector.labels.map((label) => vectorIntegers(label, vector.dimensions)),
          )
        : slowCodeOfFloats(vector.bits, embeddings(vector));
    expect(slow).toBe(vector.code);
  });
});
