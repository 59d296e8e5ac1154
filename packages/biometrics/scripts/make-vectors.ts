// Writes spec/vectors/biometric-code.json with the slow reference of the tests, never with the binarizer itself.
// Run: node packages/biometrics/scripts/make-vectors.ts
import { writeFileSync } from 'node:fs';
import { slowCodeOfFloats, slowCodeOfIntegers, slowSign } from '../test/reference/slow-binarizer.ts';
import { vectorFloats, vectorIntegers } from '../test/reference/vector-inputs.ts';

const integerCase = (bits: number, dimensions: number, labels: readonly string[]) => ({
  kind: 'integers',
  bits,
  dimensions,
  labels,
  code: slowCodeOfIntegers(
    bits,
    labels.map((label) => vectorIntegers(label, dimensions)),
  ),
});

const floatCase = (bits: number, dimensions: number, labels: readonly string[]) => ({
  kind: 'floats',
  bits,
  dimensions,
  labels,
  code: slowCodeOfFloats(
    bits,
    labels.map((label) => vectorFloats(label, dimensions)),
  ),
});

const vectors = {
  description:
    'Known answers of the binarizer, spec 02 §5. Embeddings come from their labels as §9 says; codes are hex, byte 0 first.',
  signs: Array.from({ length: 64 }, (_, i) => (slowSign(i) < 0n ? '-' : '+')).join(''),
  codes: [
    integerCase(16, 8, ['tiny']),
    integerCase(2048, 128, ['alice']),
    integerCase(2048, 512, ['alice']),
    integerCase(2048, 512, ['alice', 'alice again', 'alice once more']),
    floatCase(2048, 512, ['bob']),
    floatCase(2048, 512, ['bob', 'bob again']),
    floatCase(4096, 512, ['carol']),
  ],
};

const target = new URL('../../../spec/vectors/biometric-code.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(vectors, null, 2)}\n`);
console.log(`wrote ${vectors.codes.length} codes to ${target.pathname}`);
