import { describe, expect, it } from 'vitest';
import { adderColumn, constantAdder, fullAdder } from './adder-column.ts';
import { countAndGates } from './circuit.ts';
import { CircuitBuilder, type Wire } from './circuit-builder.ts';
import { evaluatePlain } from './evaluate-plain.ts';
import { popcountTree } from './popcount-tree.ts';

function circuitOf(inputCount: number, build: (builder: CircuitBuilder, inputs: Wire[]) => Wire[]) {
  const builder = new CircuitBuilder(inputCount);
  return builder.build(build(builder, builder.inputs()));
}

const bitsOf = (value: number, count: number) =>
  Uint8Array.from({ length: count }, (_, i) => (value >> i) & 1);
const weigh = (bits: Uint8Array) => bits.reduce((sum, bit) => sum + bit, 0);
const numberOf = (bits: Uint8Array) => bits.reduceRight((value, bit) => 2 * value + bit, 0);

describe('adders', () => {
  it('add three bits with one AND', () => {
    const circuit = circuitOf(3, (builder, [x, y, c]) => {
      const { sum, carry } = fullAdder(builder, x!, y!, c!);
      return [sum, carry];
    });
    expect(countAndGates(circuit)).toBe(1);
    for (let value = 0; value < 8; value++) {
      expect(numberOf(evaluatePlain(circuit, bitsOf(value, 3)))).toBe(weigh(bitsOf(value, 3)));
    }
  });

  it.each([0, 1] as const)('add two bits and the constant %d with one AND', (bit) => {
    const circuit = circuitOf(2, (builder, [x, y]) => {
      const { sum, carry } = constantAdder(builder, x!, y!, bit);
      return [sum, carry];
    });
    expect(countAndGates(circuit)).toBe(1);
    for (let value = 0; value < 4; value++) {
      expect(numberOf(evaluatePlain(circuit, bitsOf(value, 2)))).toBe(weigh(bitsOf(value, 2)) + bit);
    }
  });

  it.each([0, 1] as const)('leave a column of 8 bits and constant %d with its sum and 4 carries', (bit) => {
    const circuit = circuitOf(8, (builder, inputs) => {
      const { sum, carries } = adderColumn(builder, inputs, bit);
      return [sum, ...carries];
    });
    expect(countAndGates(circuit)).toBe(4);
    for (let value = 0; value < 256; value++) {
      const [sum, ...carries] = evaluatePlain(circuit, bitsOf(value, 8));
      expect(sum! + 2 * carries.reduce((total, carry) => total + carry, 0)).toBe(
        weigh(bitsOf(value, 8)) + bit,
      );
    }
  });

  it('refuse a column of an odd number of bits', () => {
    expect(() => adderColumn(new CircuitBuilder(3), [0, 1, 2], 0)).toThrow(
      expect.objectContaining({ code: 'PARAMETERS_INVALID' }),
    );
  });
});

describe('popcount tree', () => {
  it('counts every input of 1 to 10 bits with n minus weight(n) ANDs', () => {
    for (let n = 1; n <= 10; n++) {
      const circuit = circuitOf(n, popcountTree);
      expect(countAndGates(circuit)).toBe(n - weigh(bitsOf(n, 8)));
      for (let value = 0; value < 1 << n; value++) {
        expect(numberOf(evaluatePlain(circuit, bitsOf(value, n)))).toBe(weigh(bitsOf(value, n)));
      }
    }
  });
});

describe('circuit builder', () => {
  it('refuses outputs and operands that were never built', () => {
    const invalid = expect.objectContaining({ code: 'CIRCUIT_INVALID' });
    expect(() => new CircuitBuilder(2).build([2])).toThrow(invalid);
    const builder = new CircuitBuilder(2);
    builder.and(0, 5);
    expect(() => builder.build([0])).toThrow(invalid);
  });

  it('refuses to evaluate a circuit on too few bits', () => {
    const circuit = circuitOf(2, (builder) => [builder.not(0)]);
    expect(() => evaluatePlain(circuit, new Uint8Array(1))).toThrow(
      expect.objectContaining({ code: 'PARAMETERS_INVALID' }),
    );
  });
});
