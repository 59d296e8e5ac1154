import { referenceAes } from './aes-reference.ts';

/**
 * The Hamming threshold circuit garbled and evaluated as the specification's chapter 03 and figure 2 of
 * Zahur, Rosulek, Evans 2015 say, with labels as BigInts (byte 0 lowest), one gate at a time, branching
 * freely. Shares nothing with `src`; the known-answer vectors come from here.
 */

type Label = bigint;

export interface ReferenceGarbling {
  readonly payload: Uint8Array;
  readonly matchLabel: Uint8Array;
}

interface Gate {
  readonly index: number;
  readonly a: Label;
  readonly b: Label;
}

export function toLabel(bytes: Uint8Array): Label {
  return [...bytes].reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function toBytes(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

export function referenceSigma(label: Label): Label {
  const low = label & 0xffffffffffffffffn;
  const high = label >> 64n;
  return ((high ^ low) << 64n) | high;
}

export function referenceHash(key: Uint8Array, tweak: number, label: Label): Label {
  const input = referenceSigma(label) ^ BigInt(tweak);
  return toLabel(referenceAes(key, toBytes(input, 16))) ^ input;
}

/** Adds up the columns; `and` garbles or evaluates one gate. Gives the label of the top carry. */
function addColumns(
  wires: readonly Label[],
  n: number,
  threshold: number,
  delta: Label,
  firstGate: number,
  and: (gate: Gate) => Label,
): Label {
  if (wires.length === 1) return wires[0]!;
  if (wires.length === 2 && threshold === n) {
    return and({ index: firstGate, a: wires[0]!, b: wires[0]! ^ delta });
  }
  const column = Math.log2(n) - Math.log2(wires.length);
  const constant = threshold === n ? 0 : (n - 1 - threshold) >> column;
  let sum = constant % 2 === 1 ? delta : 0n;
  const carries: Label[] = [];
  for (let i = 0; i < wires.length; i += 2) {
    const [x, y] = [wires[i]!, wires[i + 1]!];
    carries.push(and({ index: firstGate + i / 2, a: x ^ sum, b: y ^ sum }) ^ sum);
    sum = x ^ y ^ sum;
  }
  return addColumns(carries, n, threshold, delta, firstGate + wires.length / 2, and);
}

export function referenceGarble(
  n: number,
  threshold: number,
  zeroLabels: readonly Label[],
  delta: Label,
  key: Uint8Array,
): ReferenceGarbling {
  const rows: Uint8Array[] = [];
  const and = ({ index, a, b }: Gate): Label => {
    const hash = (half: number, label: Label) => referenceHash(key, 2 * index + half, label);
    let generatorRow = hash(0, a) ^ hash(0, a ^ delta);
    if (b % 2n === 1n) generatorRow ^= delta;
    let generatorHalf = hash(0, a);
    if (a % 2n === 1n) generatorHalf ^= generatorRow;
    const evaluatorRow = hash(1, b) ^ hash(1, b ^ delta) ^ a;
    let evaluatorHalf = hash(1, b);
    if (b % 2n === 1n) evaluatorHalf ^= evaluatorRow ^ a;
    rows.push(toBytes(generatorRow, 16), toBytes(evaluatorRow, 16));
    return generatorHalf ^ evaluatorHalf;
  };
  const carry = addColumns(zeroLabels, n, threshold, delta, 0, and);
  const bytes = [
    ...new TextEncoder().encode('ORGC'),
    ...[1, 1, 1, 0],
    ...toBytes(BigInt(n), 4),
    ...toBytes(BigInt(threshold), 4),
    ...key,
    ...rows.flatMap((row) => [...row]),
    ...toBytes(referenceHash(key, 2 * (n - 1), carry ^ delta), 16),
    ...toBytes(referenceHash(key, 2 * (n - 1) + 1, carry), 16),
  ];
  return { payload: Uint8Array.from(bytes), matchLabel: toBytes(carry, 16) };
}

export function referenceEvaluate(payload: Uint8Array, labels: readonly Label[]): Uint8Array {
  const n = Number(toLabel(payload.slice(8, 12)));
  const threshold = Number(toLabel(payload.slice(12, 16)));
  const key = payload.slice(16, 32);
  const row = (index: number) => toLabel(payload.slice(32 + 16 * index, 48 + 16 * index));
  const and = ({ index, a, b }: Gate): Label => {
    let result = referenceHash(key, 2 * index, a) ^ referenceHash(key, 2 * index + 1, b);
    if (a % 2n === 1n) result ^= row(2 * index);
    if (b % 2n === 1n) result ^= row(2 * index + 1) ^ a;
    return result;
  };
  return toBytes(addColumns(labels, n, threshold, 0n, 0, and), 16);
}
