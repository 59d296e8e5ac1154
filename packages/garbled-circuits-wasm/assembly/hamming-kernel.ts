import { BLOCKS, DELTA, ENCRYPTED, LABEL, ROWS, WIRES } from './memory-layout';

/**
 * The mixing of half gates over the columns of the Hamming threshold circuit, 128 bits at a time
 * (spec 03 GC-2, GC-6..GC-7). Same buffers, same steps and same bytes as the TypeScript kernel; AES is done
 * by the caller between `prepare` and `finish`. No branch and no address depends on a label.
 *
 * Running sums and gate inputs are recomputed in `finish` from the wires, which is cheaper than keeping them.
 */

/** Offsets of the buffers, for the loader's views. */
export function deltaOffset(): usize {
  return DELTA;
}
export function wiresOffset(): usize {
  return WIRES;
}
export function blocksOffset(): usize {
  return BLOCKS;
}
export function encryptedOffset(): usize {
  return ENCRYPTED;
}
export function rowsOffset(): usize {
  return ROWS;
}

/** sigma(hi || lo) = (hi ^ lo) || hi; lane 0 is lo. */
function sigma(label: v128): v128 {
  return v128.xor(v128.shuffle<i64>(label, label, 1, 1), v128.shuffle<i64>(i64x2(0, 0), label, 0, 2));
}

/** All ones when the colour bit of the label is set, else zero. */
function colourMask(label: v128): v128 {
  return i32x4.splat(-(v128.extract_lane<i32>(label, 0) & 1));
}

export function prepareGarbling(gateCount: i32, firstGate: i32, carryIn: i32): void {
  const sigmaDelta = sigma(v128.load(DELTA));
  let sum = v128.and(v128.load(DELTA), i32x4.splat(-carryIn));
  let tweak = i32x4(2 * firstGate, 0, 0, 0);
  let wire = WIRES;
  let block = BLOCKS;
  for (let i = 0; i < gateCount; i++) {
    const a = v128.xor(v128.load(wire), sum);
    const y = v128.load(wire, LABEL);
    const blockA = v128.xor(sigma(a), tweak);
    const blockB = v128.xor(sigma(v128.xor(y, sum)), v128.or(tweak, i32x4(1, 0, 0, 0)));
    v128.store(block, blockA);
    v128.store(block, v128.xor(blockA, sigmaDelta), 16);
    v128.store(block, blockB, 32);
    v128.store(block, v128.xor(blockB, sigmaDelta), 48);
    sum = v128.xor(a, y);
    tweak = v128.add<i32>(tweak, i32x4(2, 0, 0, 0));
    wire += 2 * LABEL;
    block += 4 * LABEL;
  }
}

export function finishGarbling(gateCount: i32, carryIn: i32): void {
  const delta = v128.load(DELTA);
  const sigmaDelta = sigma(delta);
  let sum = v128.and(delta, i32x4.splat(-carryIn));
  let wire = WIRES;
  let carry = WIRES;
  let block: usize = 0;
  let row = ROWS;
  for (let i = 0; i < gateCount; i++) {
    const a = v128.xor(v128.load(wire), sum);
    const y = v128.load(wire, LABEL);
    const b = v128.xor(y, sum);
    const encryptedA = v128.load(ENCRYPTED + block);
    const encryptedB = v128.load(ENCRYPTED + block, 32);
    const hashA = v128.xor(encryptedA, v128.load(BLOCKS + block));
    const hashB = v128.xor(encryptedB, v128.load(BLOCKS + block, 32));
    // H(A0) ^ H(A1): the two K differ by sigma(delta).
    const bothA = v128.xor(v128.xor(encryptedA, v128.load(ENCRYPTED + block, 16)), sigmaDelta);
    const bothB = v128.xor(v128.xor(encryptedB, v128.load(ENCRYPTED + block, 48)), sigmaDelta);
    const generator = v128.xor(bothA, v128.and(colourMask(b), delta));
    v128.store(row, generator);
    v128.store(row, v128.xor(bothB, a), 16);
    const halfG = v128.xor(hashA, v128.and(colourMask(a), generator));
    const halfE = v128.xor(hashB, v128.and(colourMask(b), bothB));
    v128.store(carry, v128.xor(v128.xor(halfG, halfE), sum));
    sum = v128.xor(a, y);
    wire += 2 * LABEL;
    carry += LABEL;
    block += 4 * LABEL;
    row += 2 * LABEL;
  }
}

export function prepareEvaluation(gateCount: i32, firstGate: i32): void {
  let sum = i64x2(0, 0);
  let tweak = i32x4(2 * firstGate, 0, 0, 0);
  let wire = WIRES;
  let block = BLOCKS;
  for (let i = 0; i < gateCount; i++) {
    const a = v128.xor(v128.load(wire), sum);
    const y = v128.load(wire, LABEL);
    v128.store(block, v128.xor(sigma(a), tweak));
    v128.store(block, v128.xor(sigma(v128.xor(y, sum)), v128.or(tweak, i32x4(1, 0, 0, 0))), 16);
    sum = v128.xor(a, y);
    tweak = v128.add<i32>(tweak, i32x4(2, 0, 0, 0));
    wire += 2 * LABEL;
    block += 2 * LABEL;
  }
}

export function finishEvaluation(gateCount: i32): void {
  let sum = i64x2(0, 0);
  let wire = WIRES;
  let carry = WIRES;
  let block: usize = 0;
  for (let i = 0; i < gateCount; i++) {
    const a = v128.xor(v128.load(wire), sum);
    const y = v128.load(wire, LABEL);
    const b = v128.xor(y, sum);
    const hashA = v128.xor(v128.load(ENCRYPTED + block), v128.load(BLOCKS + block));
    const hashB = v128.xor(v128.load(ENCRYPTED + block, 16), v128.load(BLOCKS + block, 16));
    const generator = v128.load(ROWS + block);
    const evaluator = v128.xor(v128.load(ROWS + block, 16), a);
    const halfG = v128.xor(hashA, v128.and(colourMask(a), generator));
    const halfE = v128.xor(hashB, v128.and(colourMask(b), evaluator));
    v128.store(carry, v128.xor(v128.xor(halfG, halfE), sum));
    sum = v128.xor(a, y);
    wire += 2 * LABEL;
    carry += LABEL;
    block += 2 * LABEL;
  }
}

export function wipe(n: i32): void {
  memory.fill(DELTA, 0, LABEL);
  memory.fill(WIRES, 0, LABEL * n);
  memory.fill(BLOCKS, 0, 2 * LABEL * n);
  memory.fill(ENCRYPTED, 0, 2 * LABEL * n);
  memory.fill(ROWS, 0, LABEL * n);
}
