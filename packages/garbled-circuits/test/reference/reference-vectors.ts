import { createHash } from 'node:crypto';
import {
  referenceEvaluate,
  referenceGarble,
  referenceHash,
  referenceSigma,
  toBytes,
  toLabel,
} from './half-gates-reference.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** SHA-256(seed || u32le(0)) || SHA-256(seed || u32le(1)) || ..., cut to `length` bytes; seed is UTF-8. */
export function expandSeed(seed: string, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    sha256(new TextEncoder().encode(seed), toBytes(BigInt(i), 4)),
  );
  return Uint8Array.from(blocks.flatMap((block) => [...block])).slice(0, length);
}

const CASES = [
  { n: 64, threshold: 20, weights: [0, 19, 20, 21, 64] },
  { n: 64, threshold: 0, weights: [0, 1] },
  { n: 64, threshold: 63, weights: [63, 64] },
  { n: 64, threshold: 64, weights: [0, 64] },
  { n: 256, threshold: 92, weights: [92, 93] },
  { n: 2048, threshold: 744, weights: [744, 745] },
];

/** Everything in `spec/vectors/garbled-circuits.json`, computed afresh. */
export function referenceVectors() {
  return {
    description:
      'Known answers for the garbled circuits of spec 03. Byte strings are hexadecimal. zeroLabels (16 n bytes) = ' +
      'SHA-256(seed || u32le(0)) || SHA-256(seed || u32le(1)) || ..., the seed being UTF-8. In `bits`, bit i of ' +
      'the input is bit i mod 8 of byte floor(i / 8). The first garbling has its whole payload.',
    hashes: [0, 1, 4093, 4094].map((tweak) => {
      const key = expandSeed(`hash key ${tweak}`, 16);
      const label = expandSeed(`hash label ${tweak}`, 16);
      return {
        key: hex(key),
        tweak,
        label: hex(label),
        sigma: hex(toBytes(referenceSigma(toLabel(label)), 16)),
        hash: hex(toBytes(referenceHash(key, tweak, toLabel(label)), 16)),
      };
    }),
    garblings: CASES.map(({ n, threshold, weights }, index) => {
      const seed = `garbling ${n} ${threshold}`;
      const zeroLabels = splitLabels(expandSeed(seed, 16 * n));
      const delta = expandSeed(`${seed} delta`, 16);
      delta[0]! |= 1;
      const hashKey = expandSeed(`${seed} hash key`, 16);
      const { payload, matchLabel } = referenceGarble(n, threshold, zeroLabels, toLabel(delta), hashKey);
      return {
        n,
        threshold,
        seed,
        delta: hex(delta),
        hashKey: hex(hashKey),
        payloadSha256: hex(sha256(payload)),
        ...(index === 0 ? { payload: hex(payload) } : {}),
        matchLabel: hex(matchLabel),
        evaluations: weights.map((weight) => {
          const bits = bitsOfWeight(`${seed} bits ${weight}`, n, weight);
          const labels = zeroLabels.map((label, i) => (bit(bits, i) ? label ^ toLabel(delta) : label));
          const outputLabel = referenceEvaluate(payload, labels);
          return { bits: hex(bits), outputLabel: hex(outputLabel), match: weight <= threshold };
        }),
      };
    }),
  };
}

/** Bit i of packed bits. */
export function bit(bits: Uint8Array, i: number): boolean {
  return ((bits[i >> 3]! >> (i & 7)) & 1) === 1;
}

export function splitLabels(bytes: Uint8Array): bigint[] {
  return Array.from({ length: bytes.length / 16 }, (_, i) => toLabel(bytes.slice(16 * i, 16 * i + 16)));
}

function bitsOfWeight(seed: string, n: number, weight: number): Uint8Array {
  const ranks = splitLabels(expandSeed(seed, 16 * n)).map((rank, index) => ({ rank, index }));
  ranks.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const bits = new Uint8Array(n / 8);
  for (const { index } of ranks.slice(0, weight)) bits[index >> 3]! |= 1 << (index & 7);
  return bits;
}
