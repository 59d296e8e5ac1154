import { createSecretKey } from 'node:crypto';
import { bytesToHex } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { DamagedObjectError } from '../ports/object-store-error.ts';
import {
  envelopeOverheadBytes,
  openEnvelope,
  parseEnvelope,
  type SealingKey,
  sealEnvelope,
} from './payload-envelope.ts';

const key = createSecretKey(new Uint8Array(32).fill(7));
const sealing: SealingKey = { kind: 'kms', keyId: 'key-1', wrapped: new Uint8Array(300).fill(9), key };
const nonce = new Uint8Array(12).fill(3);
const content = Uint8Array.from({ length: 100 }, (_, index) => index);
const seal = () => sealEnvelope(sealing, nonce, 'user/device/1', content);
const open = (envelope: Uint8Array, objectKey = 'user/device/1') =>
  openEnvelope(parseEnvelope(envelope)!, key, objectKey);

describe('payload envelope', () => {
  it('has the bytes that its description says', () => {
    const envelope = seal();
    expect(bytesToHex(envelope.subarray(0, 18))).toBe('8f4f525345414c0a0102052c016b65792d31');
    expect(envelope.subarray(18, 318)).toEqual(sealing.wrapped);
    expect(envelope.subarray(318, 330)).toEqual(nonce);
    expect(envelope).toHaveLength(envelopeOverheadBytes(sealing) + content.length);
    expect(Buffer.from(envelope).includes(Buffer.from(content.subarray(0, 8)))).toBe(false);
  });

  it('opens to its content, an empty one included', () => {
    expect(open(seal())).toEqual(content);
    const empty = sealEnvelope(sealing, nonce, 'user/device/1', new Uint8Array());
    expect(open(empty)).toEqual(new Uint8Array());
  });

  it('names who wrapped its key and under which one', () => {
    const { kind, keyId, wrapped } = parseEnvelope(seal())!;
    expect({ kind, keyId, wrapped }).toEqual({ kind: 'kms', keyId: 'key-1', wrapped: sealing.wrapped });
  });

  it('does not open at the key of another object', () => {
    expect(() => open(seal(), 'user/device/2')).toThrow(DamagedObjectError);
  });

  it('does not open with any of its bytes changed, and never counts as stored in the clear', () => {
    const envelope = seal();
    for (let at = 8; at < envelope.length; at++) {
      const changed = envelope.slice();
      changed[at]! ^= 1;
      expect(() => open(changed), `byte ${at}`).toThrow(DamagedObjectError);
    }
  });

  it('does not open when it is cut short anywhere', () => {
    const envelope = seal();
    for (let length = 8; length < envelope.length; length++) {
      expect(() => open(envelope.subarray(0, length)), `${length} bytes`).toThrow(DamagedObjectError);
    }
  });

  it('is told from an object stored in the clear', () => {
    expect(parseEnvelope(content)).toBeUndefined();
    expect(parseEnvelope(new Uint8Array())).toBeUndefined();
    expect(parseEnvelope(seal().subarray(0, 7))).toBeUndefined();
  });
});
