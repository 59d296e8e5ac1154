import { bytesToHex, concatBytes } from '@openrecognize/bytes';
import { bitslicedAesBatch } from '../bitsliced-aes.ts';
import type { GarbleHammingInput, GarblingEngine } from '../engine.ts';
import { garbleCircuit } from '../garbled-circuit.ts';
import { weightThresholdCircuit } from '../hamming-threshold.ts';
import { LABEL_BYTES } from '../limits.ts';
import { decodeHammingPayload, payloadBytes } from '../payload-codec.ts';
import { SeededBytes } from './seeded-bytes.ts';
import { type TestPrimitives, thrownCode } from './test-primitives.ts';

const SIZES = [64, 128, 256, 512, 1024, 2048, 4096];

/** The suite every {@link GarblingEngine} passes. */
export function describeGarblingEngine(engine: GarblingEngine, primitives: TestPrimitives): void {
  primitives.describe(`garbling engine ${engine.name}`, () => {
    describeResults(engine, primitives);
    describeTampering(engine, primitives);
    describeRefusals(engine, primitives);
  });
}

/** A complete garbling input from a seed. */
export function seededGarbling(seed: number, n: number, threshold: number): GarbleHammingInput {
  const random = new SeededBytes(seed);
  return {
    n,
    threshold,
    zeroLabels: random.take(LABEL_BYTES * n),
    delta: random.delta(),
    hashKey: random.take(LABEL_BYTES),
  };
}

/** The label of each wire for the given bits (0 or 1 each). */
export function liveLabels({ zeroLabels, delta }: GarbleHammingInput, bits: Uint8Array): Uint8Array {
  return zeroLabels.map((byte, i) => byte ^ (bits[Math.floor(i / LABEL_BYTES)]! * delta[i % LABEL_BYTES]!));
}

function describeResults(engine: GarblingEngine, { it, expect }: TestPrimitives): void {
  for (const n of SIZES) {
    it(`garbles ${n} bits to the bytes of the gate-by-gate garbler (spec 03 GC-22)`, () => {
      for (const threshold of [0, 1, Math.floor(0.36 * n), n - 1, n]) {
        const input = seededGarbling(n + threshold + 1, n, threshold);
        const { payload, matchLabel } = engine.garbleHamming(input);
        const circuit = weightThresholdCircuit(n, threshold);
        const { rows, outputZeroLabels } = garbleCircuit(circuit, bitslicedAesBatch, input);
        expect(bytesToHex(decodeHammingPayload(payload).rows)).toBe(bytesToHex(rows));
        expect(bytesToHex(matchLabel)).toBe(
          bytesToHex(outputZeroLabels.map((byte, i) => byte ^ input.delta[i]!)),
        );
        expect(payload.length).toBe(payloadBytes(n));
      }
    });

    it(`decides ${n} bits at, just below and just above the threshold`, () => {
      const random = new SeededBytes(n);
      for (const threshold of [0, 1, Math.floor(0.36 * n), n / 2, n - 1, n]) {
        const input = seededGarbling(n ^ (threshold + 77), n, threshold);
        const { payload, matchLabel } = engine.garbleHamming(input);
        for (const weight of [0, threshold - 1, threshold, threshold + 1, n]) {
          if (weight < 0 || weight > n) continue;
          const labels = liveLabels(input, random.bitsOfWeight(n, weight));
          const { outputLabel, match, valid } = engine.evaluateHamming({ payload, labels });
          expect([n, threshold, weight, match]).toEqual([n, threshold, weight, weight <= threshold]);
          expect(valid).toBe(true);
          expect(bytesToHex(outputLabel) === bytesToHex(matchLabel)).toBe(match);
        }
      }
    });
  }

  it('never modifies, keeps or depends on the place of its inputs', () => {
    const input = seededGarbling(5, 64, 20);
    const shifted = (bytes: Uint8Array) =>
      concatBytes(Uint8Array.of(255), bytes, Uint8Array.of(255)).subarray(1, -1);
    const copy = {
      ...input,
      zeroLabels: shifted(input.zeroLabels),
      delta: shifted(input.delta),
      hashKey: shifted(input.hashKey),
    };
    const first = engine.garbleHamming(input);
    const second = engine.garbleHamming(copy);
    expect(bytesToHex(first.payload)).toBe(bytesToHex(second.payload));
    expect(bytesToHex(copy.zeroLabels)).toBe(bytesToHex(input.zeroLabels));
    expect(bytesToHex(copy.delta)).toBe(bytesToHex(input.delta));
    const labels = shifted(input.zeroLabels);
    const payload = shifted(first.payload);
    const evaluation = engine.evaluateHamming({ payload, labels });
    expect(evaluation.match).toBe(true);
    expect(bytesToHex(labels)).toBe(bytesToHex(input.zeroLabels));
    expect(bytesToHex(payload)).toBe(bytesToHex(first.payload));
    const before = bytesToHex(evaluation.outputLabel) + bytesToHex(first.matchLabel);
    engine.garbleHamming(seededGarbling(6, 4096, 1));
    expect(bytesToHex(evaluation.outputLabel) + bytesToHex(first.matchLabel)).toBe(before);
  });
}

function describeTampering(engine: GarblingEngine, { it, expect }: TestPrimitives): void {
  const input = seededGarbling(41, 64, 20);
  const tooFar = liveLabels(input, new SeededBytes(42).bitsOfWeight(64, 21));

  /** Whether the evaluation says or yields "match"; a refused payload does neither. */
  const matches = (payload: Uint8Array, labels: Uint8Array, matchLabel: Uint8Array): boolean => {
    if (thrownCode(() => engine.evaluateHamming({ payload, labels })) !== undefined) return false;
    const { match, outputLabel } = engine.evaluateHamming({ payload, labels });
    return match || bytesToHex(outputLabel) === bytesToHex(matchLabel);
  };

  it('never gives a false match for a payload with one byte changed, whichever byte', () => {
    const { payload, matchLabel } = engine.garbleHamming(input);
    for (let i = 0; i < payload.length; i++) {
      const altered = payload.slice();
      altered[i]! ^= 1 + ((i * 37) % 255);
      expect([i, matches(altered, tooFar, matchLabel)]).toEqual([i, false]);
    }
  });

  it('never gives a false match for labels with one byte changed, and knows the output is no label', () => {
    const { payload, matchLabel } = engine.garbleHamming(input);
    for (let i = 0; i < tooFar.length; i++) {
      const altered = tooFar.slice();
      altered[i]! ^= 1 + ((i * 91) % 255);
      expect([i, matches(payload, altered, matchLabel)]).toEqual([i, false]);
      expect(engine.evaluateHamming({ payload, labels: altered }).valid).toBe(false);
    }
  });

  it('gives neither a match nor a valid output for the labels of another circuit', () => {
    const { payload, matchLabel } = engine.garbleHamming(input);
    const foreign = seededGarbling(43, 64, 20).zeroLabels;
    expect(matches(payload, foreign, matchLabel)).toBe(false);
    expect(engine.evaluateHamming({ payload, labels: foreign }).valid).toBe(false);
  });

  it('gives no match to somebody who sends the same label twice or zeros', () => {
    const { payload, matchLabel } = engine.garbleHamming(input);
    const repeated = concatBytes(...Array.from({ length: 64 }, () => tooFar.subarray(0, LABEL_BYTES)));
    expect(matches(payload, repeated, matchLabel)).toBe(false);
    expect(matches(payload, new Uint8Array(tooFar.length), matchLabel)).toBe(false);
  });
}

function describeRefusals(engine: GarblingEngine, { it, expect }: TestPrimitives): void {
  const input = seededGarbling(51, 64, 20);

  it('refuses to garble with parameters out of range', () => {
    const wrong: Partial<GarbleHammingInput>[] = [
      { n: 32, zeroLabels: new Uint8Array(512) },
      { n: 96, zeroLabels: new Uint8Array(1536) },
      { n: 8192, zeroLabels: new Uint8Array(16 * 8192) },
      { n: Number.NaN },
      { threshold: -1 },
      { threshold: 65 },
      { threshold: 1.5 },
      { zeroLabels: new Uint8Array(1023) },
      { delta: input.delta.map((byte, i) => (i === 0 ? byte & 0xfe : byte)) },
      { delta: new Uint8Array(15).fill(1) },
      { hashKey: new Uint8Array(17) },
    ];
    for (const change of wrong) {
      expect(thrownCode(() => engine.garbleHamming({ ...input, ...change }))).toBe('PARAMETERS_INVALID');
    }
  });

  it('names what is wrong with a payload, and works on', () => {
    const { payload } = engine.garbleHamming(input);
    const labels = input.zeroLabels;
    const codeOf = (altered: Uint8Array) =>
      thrownCode(() => engine.evaluateHamming({ payload: altered, labels }));
    const withByte = (offset: number, byte: number) => payload.map((old, i) => (i === offset ? byte : old));
    expect(codeOf(new Uint8Array(0))).toBe('PAYLOAD_LENGTH');
    expect(codeOf(payload.subarray(0, 31))).toBe('PAYLOAD_LENGTH');
    expect(codeOf(payload.subarray(0, -1))).toBe('PAYLOAD_LENGTH');
    expect(codeOf(concatBytes(payload, Uint8Array.of(0)))).toBe('PAYLOAD_LENGTH');
    for (const offset of [0, 1, 2, 3]) expect(codeOf(withByte(offset, 0))).toBe('PAYLOAD_MAGIC');
    expect(codeOf(withByte(4, 2))).toBe('PAYLOAD_VERSION');
    expect(codeOf(withByte(5, 2))).toBe('PAYLOAD_KIND');
    expect(codeOf(withByte(6, 0))).toBe('PAYLOAD_HASH');
    expect(codeOf(withByte(7, 1))).toBe('PAYLOAD_FLAGS');
    for (const bits of [0, 32, 65]) expect(codeOf(withByte(8, bits))).toBe('PAYLOAD_BITS');
    expect(codeOf(withByte(9, 0x20))).toBe('PAYLOAD_BITS');
    expect(codeOf(withByte(8, 128))).toBe('PAYLOAD_LENGTH');
    expect(codeOf(withByte(12, 65))).toBe('PAYLOAD_THRESHOLD');
    expect(codeOf(withByte(15, 128))).toBe('PAYLOAD_THRESHOLD');
    expect(engine.evaluateHamming({ payload, labels }).match).toBe(true);
  });

  it('refuses too few and too many labels', () => {
    const { payload } = engine.garbleHamming(input);
    for (const length of [0, 1023, 1025, 2048]) {
      const labels = new Uint8Array(length);
      expect(thrownCode(() => engine.evaluateHamming({ payload, labels }))).toBe('LABELS_LENGTH');
    }
  });
}
