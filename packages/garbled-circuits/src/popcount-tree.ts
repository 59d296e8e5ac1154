import { fullAdder } from './adder-column.ts';
import type { CircuitBuilder, Wire } from './circuit-builder.ts';

/**
 * The number of ones among `bits`, as binary digits, lowest first. Any number of bits; n minus the number
 * of ones in the binary form of n ANDs (Boyar, Peralta 2008 show that this is optimal).
 */
export function popcountTree(builder: CircuitBuilder, bits: readonly Wire[]): Wire[] {
  const digits: Wire[] = [];
  let column = bits;
  while (column.length > 0) {
    const carries: Wire[] = [];
    let sum = column[0]!;
    let i = 1;
    for (; i + 1 < column.length; i += 2) {
      const adder = fullAdder(builder, column[i]!, column[i + 1]!, sum);
      carries.push(adder.carry);
      sum = adder.sum;
    }
    if (i < column.length) {
      carries.push(builder.and(sum, column[i]!));
      sum = builder.xor(sum, column[i]!);
    }
    digits.push(sum);
    column = carries;
  }
  return digits;
}
