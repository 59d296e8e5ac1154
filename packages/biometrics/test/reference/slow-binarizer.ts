// An independent reading of spec 02 §5: dense Hadamard matrices by the parity of index bits, exact integers for
// dyadic inputs, and a recursive transform for everything else. Shares no code with the binarizer.
import { createHash } from 'node:crypto';

/** Sign `index` of the published stream: 1 or -1. */
export const slowSign = (index: number): bigint => {
  const counter = Buffer.alloc(4);
  counter.writeUInt32LE(Math.floor(index / 256));
  const stream = createHash('sha256')
    .update(Buffer.concat([Buffer.from('OpenRecognize biometric code HD3 v1'), counter]))
    .digest();
  const bit = index % 256;
  return (stream[Math.floor(bit / 8)] / 2 ** (bit % 8)) % 2 >= 1 ? -1n : 1n;
};

const ODD_PARITY = Array.from({ length: 1024 }, (_, i) => i.toString(2).replaceAll('0', '').length % 2 === 1);

const denseHadamard = (values: readonly bigint[]): bigint[] =>
  values.map((_, row) =>
    values.reduce((sum, value, column) => sum + (ODD_PARITY[row & column] ? -value : value), 0n),
  );

const packBits = (bits: readonly boolean[]): string => {
  const bytes = new Array<number>(bits.length / 8).fill(0);
  bits.forEach((bit, i) => {
    if (bit) bytes[Math.floor(i / 8)] += 2 ** (i % 8);
  });
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** Code of integer embeddings by exact arithmetic, as hex. */
export const slowCodeOfIntegers = (bits: number, embeddings: readonly (readonly number[])[]): string => {
  const d = embeddings[0].length;
  const sum = embeddings[0].map((_, i) => embeddings.reduce((total, each) => total + BigInt(each[i]), 0n));
  const code: boolean[] = [];
  for (let block = 0; block < bits / d; block++) {
    let values = sum;
    for (let round = 0; round < 3; round++) {
      values = denseHadamard(values.map((value, i) => value * slowSign((block * 3 + round) * d + i)));
    }
    code.push(...values.map((value) => value > 0n));
  }
  return packBits(code);
};

const recursiveHadamard = (values: readonly number[]): number[] => {
  if (values.length === 1) return [...values];
  const half = values.length / 2;
  const low = recursiveHadamard(values.slice(0, half));
  const high = recursiveHadamard(values.slice(half));
  return [...low.map((value, i) => value + high[i]), ...low.map((value, i) => value - high[i])];
};

/** Code of float32 embeddings in double precision, as hex. */
export const slowCodeOfFloats = (bits: number, embeddings: readonly Float32Array[]): string => {
  const d = embeddings[0].length;
  const sum = Array.from({ length: d }, (_, i) => embeddings.reduce((total, each) => total + each[i], 0));
  const code: boolean[] = [];
  for (let block = 0; block < bits / d; block++) {
    let values = sum;
    for (let round = 0; round < 3; round++) {
      values = recursiveHadamard(
        values.map((value, i) => value * Number(slowSign((block * 3 + round) * d + i))),
      );
    }
    code.push(...values.map((value) => value > 0));
  }
  return packBits(code);
};
