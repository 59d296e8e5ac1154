import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitslicedAesBatch } from '../src/bitsliced-aes.ts';
import { readBristolFashion } from '../src/bristol-fashion.ts';
import { countAndGates } from '../src/circuit.ts';
import { seededGarbling } from '../src/compliance/index.ts';
import { evaluatePlain } from '../src/evaluate-plain.ts';
import { evaluateCircuit, garbleCircuit } from '../src/garbled-circuit.ts';

/**
 * SHA-256 of the gate lines of the published Bristol Fashion circuit `adder64.txt` (376 gates, 504 wires),
 * sorted by code unit and joined with line feeds. Its wiring is regular enough to be spelt by rule below,
 * so the file itself needn't be kept here.
 */
const PUBLISHED_GATES_SHA256 = '6ec3f419cd9d734e6d02547ddd04a7b22e364343eadac600c662d8543de4b807';

function publishedAdderGates(): string[] {
  const gates = ['2 1 0 64 440 XOR', '2 1 0 64 377 AND'];
  for (let i = 1; i < 64; i++) {
    const carry = 376 + i;
    gates.push(`2 1 ${i} ${64 + i} ${313 + i} XOR`, `2 1 ${313 + i} ${carry} ${440 + i} XOR`);
    if (i === 63) break;
    const left = 125 + 3 * i;
    gates.push(`2 1 ${i} ${carry} ${left} XOR`, `2 1 ${64 + i} ${carry} ${left + 1} XOR`);
    gates.push(`2 1 ${left} ${left + 1} ${left + 2} AND`, `2 1 ${left + 2} ${carry} ${carry + 1} XOR`);
  }
  return gates;
}

const bitsOf = (value: bigint) =>
  Uint8Array.from({ length: 64 }, (_, i) => Number((value >> BigInt(i)) & 1n));
const wordOf = (bits: Uint8Array) => bits.reduceRight((value, bit) => 2n * value + BigInt(bit), 0n);

describe('the published 64-bit adder in Bristol Fashion', () => {
  const gates = publishedAdderGates();
  const { circuit, inputWidths, outputWidths } = readBristolFashion(
    `376 504\n2 64 64\n1 64\n\n${gates.join('\n')}\n\n`,
  );

  it('is gate for gate the published circuit', () => {
    const digest = createHash('sha256').update(gates.toSorted().join('\n')).digest('hex');
    expect(digest).toBe(PUBLISHED_GATES_SHA256);
  });

  it('is read with its widths and 63 AND gates', () => {
    expect({ inputWidths, outputWidths }).toEqual({ inputWidths: [64, 64], outputWidths: [64] });
    expect(countAndGates(circuit)).toBe(63);
  });

  it('adds in the clear', () => {
    const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const sum = evaluatePlain(circuit, Uint8Array.from([...bitsOf(a), ...bitsOf(b)]));
        expect(wordOf(sum)).toBe(BigInt.asUintN(64, a + b));
      }),
      { seed: 64, numRuns: 200 },
    );
  });

  it('adds when garbled', () => {
    const { zeroLabels, delta, hashKey } = seededGarbling(9, 128, 0);
    const { rows, outputZeroLabels } = garbleCircuit(circuit, bitslicedAesBatch, {
      zeroLabels,
      delta,
      hashKey,
    });
    const [a, b] = [0xfedcba9876543210n, 0x0123456789abcdf5n];
    const bits = [...bitsOf(a), ...bitsOf(b)];
    const labels = zeroLabels.map((byte, i) => byte ^ (bits[i >> 4]! * delta[i & 15]!));
    const outputs = evaluateCircuit(circuit, bitslicedAesBatch, { rows, labels, hashKey });
    const sum = Uint8Array.from({ length: 64 }, (_, i) => {
      const difference = outputs
        .subarray(16 * i, 16 * i + 16)
        .map((byte, j) => byte ^ outputZeroLabels[16 * i + j]!);
      const isOne = difference.every((byte, j) => byte === delta[j]);
      expect(isOne || difference.every((byte) => byte === 0)).toBe(true);
      return Number(isOne);
    });
    expect(wordOf(sum)).toBe(BigInt.asUintN(64, a + b));
  });
});
