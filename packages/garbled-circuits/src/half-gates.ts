/**
 * Half gates in bulk: Zahur, Rosulek, Evans 2015, figure 2 (spec 03 GC-11). Labels are 4 consecutive words of an Int32Array
 * in host order, which is little-endian (checked where engines are made); word 0, bit 0 is the colour bit.
 * `left` and `right` hold the two input labels of each gate, zero labels when garbling; gate i of the call
 * is gate `firstGate + i` of the circuit and has the tweaks 2 g and 2 g + 1 (spec 03 GC-9).
 *
 * Masks replace branches on colour bits, so time and memory access depend on the gate count alone (GC-21). All
 * loops are one flat body on purpose: a call per gate costs a third of the speed.
 */

/** Word views of the buffers a kernel owns. */
export interface GateBuffers {
  /** Labels of the left and right inputs, 4 words a gate. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** AES inputs and outputs: 16 words a gate to garble, 8 to evaluate. */
  readonly blocks: Int32Array;
  readonly encrypted: Int32Array;
  /** Generator row, evaluator row: 8 words a gate. */
  readonly rows: Int32Array;
  /** Output labels, 4 words a gate. */
  readonly out: Int32Array;
}

/** Writes K for A0, A1 (tweak 2g) and B0, B1 (tweak 2g + 1). sigma is linear, so K(A1) = K(A0) ^ sigma(delta). */
export function writeGarblingBlocks(
  { left, right, blocks }: GateBuffers,
  delta: Int32Array,
  gateCount: number,
  firstGate: number,
): void {
  const s0 = delta[2]!;
  const s1 = delta[3]!;
  const s2 = delta[2]! ^ delta[0]!;
  const s3 = delta[3]! ^ delta[1]!;
  for (let i = 0, w = 0, k = 0; i < gateCount; i++, w += 4, k += 16) {
    const tweak = 2 * (firstGate + i);
    const a0 = left[w + 2]! ^ tweak;
    const a1 = left[w + 3]!;
    const a2 = left[w + 2]! ^ left[w]!;
    const a3 = left[w + 3]! ^ left[w + 1]!;
    const b0 = right[w + 2]! ^ (tweak + 1);
    const b1 = right[w + 3]!;
    const b2 = right[w + 2]! ^ right[w]!;
    const b3 = right[w + 3]! ^ right[w + 1]!;
    blocks[k] = a0;
    blocks[k + 1] = a1;
    blocks[k + 2] = a2;
    blocks[k + 3] = a3;
    blocks[k + 4] = a0 ^ s0;
    blocks[k + 5] = a1 ^ s1;
    blocks[k + 6] = a2 ^ s2;
    blocks[k + 7] = a3 ^ s3;
    blocks[k + 8] = b0;
    blocks[k + 9] = b1;
    blocks[k + 10] = b2;
    blocks[k + 11] = b3;
    blocks[k + 12] = b0 ^ s0;
    blocks[k + 13] = b1 ^ s1;
    blocks[k + 14] = b2 ^ s2;
    blocks[k + 15] = b3 ^ s3;
  }
}

/** From the encrypted blocks: both rows and the zero label of each gate's output. */
export function combineGarbling(buffers: GateBuffers, delta: Int32Array, gateCount: number): void {
  const { left, right, blocks, encrypted, rows, out } = buffers;
  for (let i = 0; i < gateCount; i++) {
    // All ones where the colour bit of A0 / B0 is set: p_a and p_b of the paper.
    const pa = -(left[4 * i]! & 1);
    const pb = -(right[4 * i]! & 1);
    for (let j = 0; j < 4; j++) {
      const k = 16 * i + j;
      // H(A0) ^ H(A1) without reading K twice: the two K differ by sigma(delta).
      const sigmaDelta = j < 2 ? delta[j + 2]! : delta[j]! ^ delta[j - 2]!;
      const generator = encrypted[k]! ^ encrypted[k + 4]! ^ sigmaDelta ^ (pb & delta[j]!);
      const bothB = encrypted[k + 8]! ^ encrypted[k + 12]! ^ sigmaDelta;
      rows[8 * i + j] = generator;
      rows[8 * i + 4 + j] = bothB ^ left[4 * i + j]!;
      // W_E = H(B0) ^ p_b (T_E ^ A0), and T_E ^ A0 is `bothB`.
      const halfG = encrypted[k]! ^ blocks[k]! ^ (pa & generator);
      const halfE = encrypted[k + 8]! ^ blocks[k + 8]! ^ (pb & bothB);
      out[4 * i + j] = halfG ^ halfE;
    }
  }
}

/** Writes K for the live labels A (tweak 2g) and B (tweak 2g + 1). */
export function writeEvaluationBlocks(
  { left, right, blocks }: GateBuffers,
  gateCount: number,
  firstGate: number,
): void {
  for (let i = 0, w = 0, k = 0; i < gateCount; i++, w += 4, k += 8) {
    const tweak = 2 * (firstGate + i);
    blocks[k] = left[w + 2]! ^ tweak;
    blocks[k + 1] = left[w + 3]!;
    blocks[k + 2] = left[w + 2]! ^ left[w]!;
    blocks[k + 3] = left[w + 3]! ^ left[w + 1]!;
    blocks[k + 4] = right[w + 2]! ^ (tweak + 1);
    blocks[k + 5] = right[w + 3]!;
    blocks[k + 6] = right[w + 2]! ^ right[w]!;
    blocks[k + 7] = right[w + 3]! ^ right[w + 1]!;
  }
}

/** From the encrypted blocks and the rows: the live label of each gate's output. */
export function combineEvaluation(buffers: GateBuffers, gateCount: number): void {
  const { left, right, blocks, encrypted, rows, out } = buffers;
  for (let i = 0; i < gateCount; i++) {
    // All ones where the colour bit of A / B is set: s_a and s_b of the paper.
    const sa = -(left[4 * i]! & 1);
    const sb = -(right[4 * i]! & 1);
    for (let j = 0; j < 4; j++) {
      const k = 8 * i + j;
      const hashA = encrypted[k]! ^ blocks[k]!;
      const hashB = encrypted[k + 4]! ^ blocks[k + 4]!;
      out[4 * i + j] = hashA ^ (sa & rows[k]!) ^ hashB ^ (sb & (rows[k + 4]! ^ left[4 * i + j]!));
    }
  }
}
