import { ProtocolError } from '../protocol-error.ts';
import type { CircuitInputs } from './ratchet.ts';

/**
 * Label of each wire for a code bit: Y_i xor bit_i * delta. With the enrolled code x this gives the zero labels of
 * d_i = x_i xor y_i, with the probe y what the evaluator receives (spec 03 free XOR, spec 04 §3.2). No branch and
 * no index depends on a bit.
 *
 * @param bits code, bit i at byte i >> 3, position i & 7 (spec 02); not modified.
 * @returns 16 bytes for each bit, owned by the caller.
 * @throws ProtocolError CODE_LENGTH_MISMATCH
 */
export const selectCodeLabels = (inputs: CircuitInputs, bits: Uint8Array): Uint8Array => {
  const count = bits.length * 8;
  if (inputs.labels.length !== 16 * count) {
    throw new ProtocolError('CODE_LENGTH_MISMATCH', 'code and circuit differ in length');
  }
  const out = new Uint8Array(inputs.labels.length);
  const labels = new DataView(inputs.labels.buffer, inputs.labels.byteOffset, inputs.labels.length);
  const target = new DataView(out.buffer);
  const delta = new DataView(inputs.delta.buffer, inputs.delta.byteOffset, 16);
  const delta0 = delta.getInt32(0, true);
  const delta1 = delta.getInt32(4, true);
  const delta2 = delta.getInt32(8, true);
  const delta3 = delta.getInt32(12, true);
  for (let i = 0, at = 0; i < count; i++, at += 16) {
    const mask = -((bits[i >> 3]! >> (i & 7)) & 1);
    target.setInt32(at, labels.getInt32(at, true) ^ (delta0 & mask), true);
    target.setInt32(at + 4, labels.getInt32(at + 4, true) ^ (delta1 & mask), true);
    target.setInt32(at + 8, labels.getInt32(at + 8, true) ^ (delta2 & mask), true);
    target.setInt32(at + 12, labels.getInt32(at + 12, true) ^ (delta3 & mask), true);
  }
  return out;
};
