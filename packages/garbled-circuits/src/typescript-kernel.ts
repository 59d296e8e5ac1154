import { CircuitError } from './circuit-error.ts';
import type { HammingKernel } from './engine.ts';
import {
  combineEvaluation,
  combineGarbling,
  type GateBuffers,
  writeEvaluationBlocks,
  writeGarblingBlocks,
} from './half-gates.ts';
import { LABEL_BYTES, MAX_BITS } from './limits.ts';

const LABEL_WORDS = LABEL_BYTES / 4;

/**
 * The kernel in plain TypeScript: runs everywhere, about a third of the speed of the WebAssembly one.
 * @throws CircuitError ENGINE_UNAVAILABLE on a big-endian host
 */
export function createTypeScriptKernel(): HammingKernel {
  checkLittleEndian();
  const delta = new Int32Array(LABEL_WORDS);
  const wires = new Int32Array(LABEL_WORDS * MAX_BITS);
  const sums = new Int32Array(LABEL_WORDS * (MAX_BITS / 2));
  const gates: GateBuffers = {
    left: new Int32Array(LABEL_WORDS * (MAX_BITS / 2)),
    right: new Int32Array(LABEL_WORDS * (MAX_BITS / 2)),
    blocks: new Int32Array(2 * LABEL_WORDS * MAX_BITS),
    encrypted: new Int32Array(2 * LABEL_WORDS * MAX_BITS),
    rows: new Int32Array(LABEL_WORDS * MAX_BITS),
    out: wires,
  };
  return {
    name: 'typescript',
    delta: bytesOf(delta),
    wires: bytesOf(wires),
    blocks: bytesOf(gates.blocks),
    encrypted: bytesOf(gates.encrypted),
    rows: bytesOf(gates.rows),
    prepareGarbling(gateCount, firstGate, carryIn) {
      // A constant's live label is all zeros, so its zero label is `carryIn` times delta (spec 03 GC-7).
      addColumn(wires, gates, sums, gateCount, delta, -carryIn);
      writeGarblingBlocks(gates, delta, gateCount, firstGate);
    },
    finishGarbling(gateCount) {
      combineGarbling(gates, delta, gateCount);
      addSums(wires, sums, gateCount);
    },
    prepareEvaluation(gateCount, firstGate) {
      addColumn(wires, gates, sums, gateCount, delta, 0);
      writeEvaluationBlocks(gates, gateCount, firstGate);
    },
    finishEvaluation(gateCount) {
      combineEvaluation(gates, gateCount);
      addSums(wires, sums, gateCount);
    },
    wipe(n) {
      delta.fill(0);
      for (const perGate of [sums, gates.left, gates.right]) perGate.fill(0, 0, LABEL_WORDS * (n / 2));
      wires.fill(0, 0, LABEL_WORDS * n);
      gates.rows.fill(0, 0, LABEL_WORDS * n);
      gates.blocks.fill(0, 0, 2 * LABEL_WORDS * n);
      gates.encrypted.fill(0, 0, 2 * LABEL_WORDS * n);
    },
  };
}

/**
 * The free half of an adder column (`adderColumn`, on labels): left = x ^ s, right = y ^ s, and the running
 * sum s of every gate, which its carry needs. `carryMask` is all ones for a constant 1 to start from.
 */
function addColumn(
  wires: Int32Array,
  { left, right }: GateBuffers,
  sums: Int32Array,
  gateCount: number,
  delta: Int32Array,
  carryMask: number,
): void {
  let s0 = delta[0]! & carryMask;
  let s1 = delta[1]! & carryMask;
  let s2 = delta[2]! & carryMask;
  let s3 = delta[3]! & carryMask;
  for (let w = 0, v = 0; w < LABEL_WORDS * gateCount; w += 4, v += 8) {
    const x0 = wires[v]! ^ s0;
    const x1 = wires[v + 1]! ^ s1;
    const x2 = wires[v + 2]! ^ s2;
    const x3 = wires[v + 3]! ^ s3;
    left[w] = x0;
    left[w + 1] = x1;
    left[w + 2] = x2;
    left[w + 3] = x3;
    right[w] = wires[v + 4]! ^ s0;
    right[w + 1] = wires[v + 5]! ^ s1;
    right[w + 2] = wires[v + 6]! ^ s2;
    right[w + 3] = wires[v + 7]! ^ s3;
    sums[w] = s0;
    sums[w + 1] = s1;
    sums[w + 2] = s2;
    sums[w + 3] = s3;
    s0 = x0 ^ wires[v + 4]!;
    s1 = x1 ^ wires[v + 5]!;
    s2 = x2 ^ wires[v + 6]!;
    s3 = x3 ^ wires[v + 7]!;
  }
}

/** carry = AND ^ s. */
function addSums(wires: Int32Array, sums: Int32Array, gateCount: number): void {
  for (let w = 0; w < LABEL_WORDS * gateCount; w++) wires[w]! ^= sums[w]!;
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** @throws CircuitError ENGINE_UNAVAILABLE */
export function checkLittleEndian(): void {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
    throw new CircuitError('ENGINE_UNAVAILABLE', 'The word views of labels need a little-endian host');
  }
}
