import type { CircuitBuilder, ConstantBit, Wire } from './circuit-builder.ts';
import { CircuitError } from './circuit-error.ts';

/** What a column leaves: one bit of its own weight and the carries of twice that weight. */
export interface AdderColumn {
  readonly sum: Wire;
  readonly carries: readonly Wire[];
}

/** What one adder leaves. */
export interface Adder {
  readonly sum: Wire;
  readonly carry: Wire;
}

/**
 * Adds three bits with one AND (Kolesnikov, Sadeghi, Schneider 2009, §3.1):
 * carry = ((x ^ c) & (y ^ c)) ^ c, sum = x ^ y ^ c.
 */
export function fullAdder(builder: CircuitBuilder, x: Wire, y: Wire, c: Wire): Adder {
  const left = builder.xor(x, c);
  const right = builder.xor(y, c);
  return { sum: builder.xor(left, y), carry: builder.xor(builder.and(left, right), c) };
}

/** {@link fullAdder} with a third bit known when the circuit is built; also one AND. */
export function constantAdder(builder: CircuitBuilder, x: Wire, y: Wire, bit: ConstantBit): Adder {
  const left = builder.xorConstant(x, bit);
  const right = builder.xorConstant(y, bit);
  return { sum: builder.xor(left, y), carry: builder.xorConstant(builder.and(left, right), bit) };
}

/**
 * Adds an even number of bits of one weight and a constant bit of the same weight: the running sum passes
 * through the column, each pair of bits takes one AND and gives one carry. All ANDs have the same depth,
 * because the running sum is XOR alone (spec 03 GC-2).
 *
 * @throws CircuitError PARAMETERS_INVALID when the number of bits is odd or zero
 */
export function adderColumn(
  builder: CircuitBuilder,
  bits: readonly Wire[],
  carryIn: ConstantBit,
): AdderColumn {
  if (bits.length === 0 || bits.length % 2 !== 0) {
    throw new CircuitError('PARAMETERS_INVALID', 'A column takes an even number of bits');
  }
  const first = constantAdder(builder, bits[0]!, bits[1]!, carryIn);
  const carries = [first.carry];
  let sum = first.sum;
  for (let i = 2; i < bits.length; i += 2) {
    const next = fullAdder(builder, bits[i]!, bits[i + 1]!, sum);
    carries.push(next.carry);
    sum = next.sum;
  }
  return { sum, carries };
}
