import { hammingDistance } from '@openrecognize/bytes';
import type { GarblingEngine } from '@openrecognize/garbled-circuits';
import type { Subject } from './pair-scores.ts';
import { type SeededRandom, sample } from './seeded-random.ts';

/** Two codes to compare. */
export interface CodePair {
  readonly enrolled: Uint8Array;
  readonly probe: Uint8Array;
  readonly distance: number;
}

/** What came of running pairs through real circuits. */
export interface ProtocolCheck {
  readonly pairs: number;
  readonly matches: number;
  /** Pairs at most ten bits from the threshold. */
  readonly close: number;
  /** Pairs whose circuit said otherwise than their distance. */
  readonly differing: readonly CodePair[];
  /** Mean milliseconds per circuit. */
  readonly garbleMs: number;
  readonly evaluateMs: number;
}

/** Distance from the threshold, in bits, that counts as close. */
const CLOSE_BITS = 10;
const LABEL_BYTES = 16;

/**
 * Draws half of the pairs among the `count` nearest to the threshold, a quarter among the other genuine, the rest among
 * the other impostor pairs.
 */
export const choosePairs = (
  subjects: readonly Subject[],
  threshold: number,
  count: number,
  random: SeededRandom,
): CodePair[] => {
  const pairs: (CodePair & { genuine: boolean })[] = [];
  subjects.forEach((a, i) => {
    for (const b of subjects.slice(i + 1)) {
      const distance = hammingDistance(a.code, b.code);
      pairs.push({ enrolled: a.code, probe: b.code, distance, genuine: a.person === b.person });
    }
  });
  pairs.sort((a, b) => Math.abs(a.distance - threshold) - Math.abs(b.distance - threshold));
  const chosen = sample(random, pairs.slice(0, count), Math.floor(count / 2));
  const others = pairs.slice(count);
  const genuine = others.filter((pair) => pair.genuine);
  chosen.push(...sample(random, genuine, Math.floor((count - chosen.length) / 2)));
  const impostor = others.filter((pair) => !pair.genuine);
  chosen.push(...sample(random, impostor, count - chosen.length));
  return chosen;
};

const bitOf = (code: Uint8Array, i: number): number => (code[i >> 3] >> (i & 7)) & 1;

/** One label per bit: `base` xor the bit times delta. */
const labelsFor = (base: Uint8Array, delta: Uint8Array, code: Uint8Array): Uint8Array =>
  base.map((byte, i) => byte ^ (bitOf(code, Math.floor(i / LABEL_BYTES)) * delta[i % LABEL_BYTES]));

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);

/** Garbles and evaluates one circuit per pair and compares its verdict with the distance in the clear. */
export const checkProtocol = (
  engine: GarblingEngine,
  pairs: readonly CodePair[],
  threshold: number,
  random: SeededRandom,
): ProtocolCheck => {
  const differing: CodePair[] = [];
  let garbleMs = 0;
  let evaluateMs = 0;
  for (const pair of pairs) {
    const n = 8 * pair.enrolled.length;
    const base = random.bytes(LABEL_BYTES * n);
    const delta = random.bytes(LABEL_BYTES);
    delta[0] |= 1;
    // The garbler folds the enrolled code into the zero labels; the probe chooses the labels that are sent.
    const zeroLabels = labelsFor(base, delta, pair.enrolled);
    const hashKey = random.bytes(LABEL_BYTES);
    const startedMs = performance.now();
    const { payload, matchLabel } = engine.garbleHamming({ n, threshold, zeroLabels, delta, hashKey });
    const garbledMs = performance.now();
    const labels = labelsFor(base, delta, pair.probe);
    const evaluationMs = performance.now();
    const { outputLabel, match } = engine.evaluateHamming({ payload, labels });
    evaluateMs += performance.now() - evaluationMs;
    garbleMs += garbledMs - startedMs;
    const expected = pair.distance <= threshold;
    if (match !== expected || sameBytes(outputLabel, matchLabel) !== expected) differing.push(pair);
  }
  return {
    pairs: pairs.length,
    matches: pairs.filter(({ distance }) => distance <= threshold).length,
    close: pairs.filter(({ distance }) => Math.abs(distance - threshold) <= CLOSE_BITS).length,
    differing,
    garbleMs: garbleMs / pairs.length,
    evaluateMs: evaluateMs / pairs.length,
  };
};
