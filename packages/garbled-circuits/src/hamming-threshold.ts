import { adderColumn } from './adder-column.ts';
import type { Circuit } from './circuit.ts';
import { CircuitBuilder, type ConstantBit, type Wire } from './circuit-builder.ts';
import { CircuitError } from './circuit-error.ts';

/**
 * The constant whose addition makes the top carry the answer: popcount + (n - 1 - T) reaches n exactly when
 * popcount > T. Bit j enters column j. At T = n the answer does not depend on the bits and the constant is
 * not used; 0 stands for it (spec 03 GC-4, GC-5).
 */
function thresholdConstant(n: number, threshold: number): number {
  return threshold === n ? 0 : n - 1 - threshold;
}

/** Bit `column` of {@link thresholdConstant}. */
export function columnCarryIn(n: number, threshold: number, column: number): ConstantBit {
  return ((thresholdConstant(n, threshold) >> column) & 1) as ConstantBit;
}

/**
 * One wire that is 1 exactly when at most `threshold` of the bits are 1; n - 1 ANDs in log2 n layers for
 * n = 2^k bits and any threshold 0..n (spec 03 GC-3).
 *
 * @throws CircuitError PARAMETERS_INVALID
 */
export function thresholdAtMost(builder: CircuitBuilder, bits: readonly Wire[], threshold: number): Wire {
  const n = bits.length;
  if (n < 2 || (n & (n - 1)) !== 0) {
    throw new CircuitError('PARAMETERS_INVALID', 'The number of bits must be a power of two from 2');
  }
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > n) {
    throw new CircuitError('PARAMETERS_INVALID', 'The threshold must be an integer in 0..n');
  }
  let column = bits;
  let index = 0;
  for (; column.length > 2; index++) {
    column = adderColumn(builder, column, columnCarryIn(n, threshold, index)).carries;
  }
  // At T = n the last gate is w AND NOT w: always 0, yet with a label nobody can guess (spec 03 GC-5).
  const pair = threshold === n ? [column[0]!, builder.not(column[0]!)] : column;
  const top = adderColumn(builder, pair, columnCarryIn(n, threshold, index));
  return builder.not(top.carries[0]!);
}

/** Inputs d_0..d_{n-1}; one output, popcount(d) <= threshold. @throws CircuitError PARAMETERS_INVALID */
export function weightThresholdCircuit(n: number, threshold: number): Circuit {
  const builder = new CircuitBuilder(n);
  return builder.build([thresholdAtMost(builder, builder.inputs(), threshold)]);
}

/**
 * Inputs x_0..x_{n-1}, y_0..y_{n-1}; one output, Hamming(x, y) <= threshold. The same AND gates as
 * {@link weightThresholdCircuit}. @throws CircuitError PARAMETERS_INVALID
 */
export function hammingThresholdCircuit(n: number, threshold: number): Circuit {
  const builder = new CircuitBuilder(2 * n);
  const inputs = builder.inputs();
  const differences = inputs.slice(0, n).map((x, i) => builder.xor(x, inputs[n + i]!));
  return builder.build([thresholdAtMost(builder, differences, threshold)]);
}
