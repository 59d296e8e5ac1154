import { constantTimeEqual, xorInto } from '@openrecognize/bytes';
import type { AesBatch, AesBatchFactory } from './aes-batch.ts';
import { CircuitError } from './circuit-error.ts';
import type {
  EvaluateHammingInput,
  GarbleHammingInput,
  GarblingEngine,
  HammingEvaluation,
  HammingGarbling,
  HammingKernel,
} from './engine.ts';
import { columnCarryIn } from './hamming-threshold.ts';
import { hashPair } from './hash.ts';
import { checkBitsAndThreshold, LABEL_BYTES } from './limits.ts';
import { allocateHammingPayload, decodeHammingPayload } from './payload-codec.ts';

const ROW_PAIR_BYTES = 2 * LABEL_BYTES;

/**
 * An engine from a kernel and an AES batch. It walks the columns of the circuit: n/2 AND gates, n/4, ... 1,
 * one AES batch each (spec 03 GC-3, GC-9).
 */
export function createKernelEngine(kernel: HammingKernel, aes: AesBatchFactory): GarblingEngine {
  return {
    name: `${kernel.name}+${aes.name}`,
    garbleHamming(input) {
      checkGarbleInput(input);
      const batch = aes.create(input.hashKey);
      try {
        return garble(kernel, batch, input);
      } finally {
        batch.dispose();
        kernel.wipe(input.n);
      }
    },
    evaluateHamming(input) {
      const { n, hashKey } = decodeHammingPayload(input.payload);
      if (input.labels.length !== LABEL_BYTES * n) {
        throw new CircuitError('LABELS_LENGTH', `An evaluation takes ${LABEL_BYTES * n} bytes of labels`);
      }
      const batch = aes.create(hashKey);
      try {
        return evaluate(kernel, batch, input);
      } finally {
        batch.dispose();
        kernel.wipe(n);
      }
    },
  };
}

function garble(kernel: HammingKernel, batch: AesBatch, input: GarbleHammingInput): HammingGarbling {
  const { n, threshold } = input;
  const payload = allocateHammingPayload(n, threshold, input.hashKey);
  const { rows, decoding } = decodeHammingPayload(payload);
  kernel.delta.set(input.delta);
  kernel.wires.set(input.zeroLabels);
  let firstGate = 0;
  for (let column = 0, gateCount = n / 2; gateCount >= 1; column++, gateCount /= 2) {
    if (gateCount === 1 && threshold === n) contradictLastPair(kernel, true);
    const carryIn = columnCarryIn(n, threshold, column);
    kernel.prepareGarbling(gateCount, firstGate, carryIn);
    batch.encryptBlocks(kernel.blocks, kernel.encrypted, 4 * gateCount);
    kernel.finishGarbling(gateCount, carryIn);
    rows.set(kernel.rows.subarray(0, ROW_PAIR_BYTES * gateCount), ROW_PAIR_BYTES * firstGate);
    firstGate += gateCount;
  }
  // spec 03 GC-12. The answer is NOT carry, so the zero label of the carry is the one label of the answer.
  const matchLabel = kernel.wires.slice(0, LABEL_BYTES);
  const noMatchLabel = kernel.wires.subarray(0, LABEL_BYTES);
  xorInto(noMatchLabel, kernel.delta);
  decoding.set(hashPair(batch, 2 * (n - 1), noMatchLabel, matchLabel));
  return { payload, matchLabel };
}

function evaluate(kernel: HammingKernel, batch: AesBatch, input: EvaluateHammingInput): HammingEvaluation {
  const { n, threshold, rows, decoding } = decodeHammingPayload(input.payload);
  kernel.wires.set(input.labels);
  let firstGate = 0;
  for (let gateCount = n / 2; gateCount >= 1; gateCount /= 2) {
    if (gateCount === 1 && threshold === n) contradictLastPair(kernel, false);
    kernel.rows.set(rows.subarray(ROW_PAIR_BYTES * firstGate, ROW_PAIR_BYTES * (firstGate + gateCount)));
    kernel.prepareEvaluation(gateCount, firstGate);
    batch.encryptBlocks(kernel.blocks, kernel.encrypted, 2 * gateCount);
    kernel.finishEvaluation(gateCount);
    firstGate += gateCount;
  }
  const outputLabel = kernel.wires.slice(0, LABEL_BYTES);
  const hashes = hashPair(batch, 2 * (n - 1), outputLabel, outputLabel);
  const noMatch = constantTimeEqual(hashes.subarray(0, LABEL_BYTES), decoding.subarray(0, LABEL_BYTES));
  const match = constantTimeEqual(hashes.subarray(LABEL_BYTES), decoding.subarray(LABEL_BYTES));
  return { outputLabel, match, valid: match || noMatch };
}

/** At T = n the last AND reads w and NOT w (spec 03 GC-5). NOT moves the zero label, never a live label. */
function contradictLastPair(kernel: HammingKernel, garbling: boolean): void {
  kernel.wires.copyWithin(LABEL_BYTES, 0, LABEL_BYTES);
  if (garbling) xorInto(kernel.wires.subarray(LABEL_BYTES, 2 * LABEL_BYTES), kernel.delta);
}

/** @throws CircuitError PARAMETERS_INVALID */
function checkGarbleInput({ n, threshold, zeroLabels, delta, hashKey }: GarbleHammingInput): void {
  checkBitsAndThreshold(n, threshold);
  if (zeroLabels.length !== LABEL_BYTES * n) {
    throw new CircuitError('PARAMETERS_INVALID', `A garbling takes ${LABEL_BYTES * n} bytes of zero labels`);
  }
  if (hashKey.length !== LABEL_BYTES || delta.length !== LABEL_BYTES) {
    throw new CircuitError('PARAMETERS_INVALID', 'delta and the hash key have 16 bytes');
  }
  // Point-and-permute: the two labels of a wire differ in their low bit (spec 03 GC-6).
  if ((delta[0]! & 1) !== 1) throw new CircuitError('PARAMETERS_INVALID', 'delta has its low bit set');
}
