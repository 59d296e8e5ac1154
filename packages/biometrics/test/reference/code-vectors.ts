import { slowCodeOfFloats, slowCodeOfIntegers, slowSign } from './slow-binarizer.ts';
import { vectorFloats, vectorIntegers } from './vector-inputs.ts';

interface CodeVector {
  readonly kind: 'integers' | 'floats';
  readonly bits: number;
  readonly dimensions: number;
  readonly labels: readonly string[];
  /** Hex, byte 0 first. */
  readonly code: string;
}

const integerCase = (bits: number, dimensions: number, labels: readonly string[]): CodeVector => ({
  kind: 'integers',
  bits,
  dimensions,
  labels,
  code: slowCodeOfIntegers(
    bits,
    labels.map((label) => vectorIntegers(label, dimensions)),
  ),
});

const floatCase = (bits: number, dimensions: number, labels: readonly string[]): CodeVector => ({
  kind: 'floats',
  bits,
  dimensions,
  labels,
  code: slowCodeOfFloats(
    bits,
    labels.map((label) => vectorFloats(label, dimensions)),
  ),
});

/** Contents of spec/vectors/biometric-code.json by the slow reference, never by the binarizer itself. */
export const slowCodeVectors = () => ({
  description:
    'Known answers of the binarizer, spec 02 §5. Embeddings come from their labels as §10 says; codes are hex, byte 0 first.',
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
});
