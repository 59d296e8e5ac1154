import { createPublicKey, type KeyObject } from 'node:crypto';
import { base64ToBytes, constantTimeEqual } from '@openrecognize/bytes';
import { deriveDeviceId } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';

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
