import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { base64ToBytes, constantTimeEqual } from '@openrecognize/bytes';
import { deriveDeviceId } from '../messages/index.ts';
import { nodeCryptoSuite } from './node-crypto-suite.ts';

/** A parsed public device key and the id that names it. */
export interface DevicePublicKey {
  readonly deviceId: string;
  readonly key: KeyObject;
}

/** Public device keys by their text, the least recently used dropped first. */
export interface DeviceKeyCache {
  /** The key, or undefined when the text is no P-256 SubjectPublicKeyInfo in its one canonical form. */
  find(publicSigningKey: string): DevicePublicKey | undefined;
}

const parse = (publicSigningKey: string): DevicePublicKey | undefined => {
  try {
    const spki = base64ToBytes(publicSigningKey);
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
      return undefined;
    }
    // One key, one text, one id: an encoding of the same point by other bytes would be a second device.
    if (!constantTimeEqual(key.export({ format: 'der', type: 'spki' }), spki)) return undefined;
    return { deviceId: deriveDeviceId(nodeCryptoSuite, spki), key };
  } catch {
    return undefined;
  }
};

/** @param capacity keys held at most; 0 holds none. They are public, so the cache is no secret. */
export const createDeviceKeyCache = (capacity: number): DeviceKeyCache => {
  const keys = new Map<string, DevicePublicKey>();
  return {
    find(publicSigningKey) {
      const known = keys.get(publicSigningKey);
      const found = known ?? parse(publicSigningKey);
      if (found === undefined) return undefined;
      if (known !== undefined) keys.delete(publicSigningKey);
      keys.set(publicSigningKey, found);
      const oldest = keys.keys().next();
      if (keys.size > capacity && oldest.done !== true) keys.delete(oldest.value);
      return found;
    },
  };
};

/** What a request says of who signed it; all but the id in base64. */
export interface DeviceSignatureClaim {
  readonly deviceId: string;
  /** SubjectPublicKeyInfo. */
  readonly publicSigningKey: string;
  /** The signing input, not its hash. */
  readonly message: string;
  /** IEEE P1363. */
  readonly signature: string;
}

const SIGNATURE_BYTES = 64;

/** Bytes of canonical base64; undefined for any other text. */
const decode = (text: string): Uint8Array | undefined => {
  try {
    return base64ToBytes(text);
  } catch {
    return undefined;
  }
};

/**
 * Whether the key is the one the device id names (spec 04 ZK-1) and signed the message: ECDSA P-256 over SHA-256.
 * `malformed` is whatever could not be a signature of this device's; `forged` a well-formed one that does not verify.
 */
export const judgeDeviceSignature = (
  keys: DeviceKeyCache,
  claim: DeviceSignatureClaim,
): 'genuine' | 'malformed' | 'forged' => {
  const device = keys.find(claim.publicSigningKey);
  const message = decode(claim.message);
  const signature = decode(claim.signature);
  const isWellFormed =
    device?.deviceId === claim.deviceId && message !== undefined && signature?.length === SIGNATURE_BYTES;
  if (device === undefined || !isWellFormed) return 'malformed';
  const key = { key: device.key, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', message, key, signature) ? 'genuine' : 'forged';
};
