import { describe, expect, it } from 'vitest';
import { readBristolFashion } from './bristol-fashion.ts';
import { evaluatePlain } from './evaluate-plain.ts';

const nand = '2 4\n1 2\n1 1\n\n2 1 0 1 2 AND\n1 1 2 3 INV\n';

describe('Bristol Fashion reader', () => {
  it('reads a NAND with line ends of either kind and extra blanks', () => {
    for (const text of [nand, nand.replaceAll('\n', '\r\n'), nand.replaceAll(' ', '  ')]) {
      const { circuit } = readBristolFashion(text);
      const table = [0, 1, 2, 3].map((i) => evaluatePlain(circuit, Uint8Array.of(i & 1, i >> 1))[0]);
      expect(table).toEqual([1, 1, 1, 0]);
    }
  });

  it.each([
    ['nothing', ''],
    ['a gate count that is not the number of lines', nand.replace('2 4', '3 5')],
    ['a wire count that does not add up', nand.replace('2 4', '2 5')],
    ['a wire count past the limit', nand.replace('2 4', '2 99999999')],
    ['a number that is none', nand.replace('2 1 0 1 2', '2 1 0 x 2')],
    ['a negative wire', nand.replace('2 1 0 1 2', '2 1 0 -1 2')],
    ['an unknown gate', nand.replace('AND', 'MAND')],
    ['a wrong arity', nand.replace('1 1 2 3 INV', '2 1 2 3 INV')],
    ['missing widths', nand.replace('1 2\n', '2 2\n')],
    ['a width of zero', nand.replace('1 1\n\n', '1 0\n\n')],
    ['more outputs than wires', nand.replace('1 1\n\n', '1 9\n\n')],
  ])('refuses %s', (_, text) => {
    expect(() => readBristolFashion(text)).toThrow(expect.objectContaining({ code: 'BRISTOL_INVALID' }));
  });

  it.each([
    ['reads a wire before it has a value', nand.replace('0 1 2 AND', '0 3 2 AND')],
    ['writes a wire twice', nand.replace('2 3 INV', '2 2 INV')],
    ['writes an input', nand.replace('2 3 INV', '2 1 INV')],
    ['reads a wire out of range', nand.replace('0 1 2 AND', '0 77 2 AND')],
  ])('refuses a circuit that %s', (_, text) => {
    expect(() => readBristolFashion(text)).toThrow(expect.objectContaining({ code: 'CIRCUIT_INVALID' }));
  });
});
