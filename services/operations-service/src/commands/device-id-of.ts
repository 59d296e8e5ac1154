import { createHash } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';

const SPKI_BYTES = 91;
const DEVICE_ID_BYTES = 16;

/**
 * Id of the device of a key (spec 04 ZK-1).
 *
 * @param publicSigningKey SubjectPublicKeyInfo, base64.
 * @throws RecognizeError BAD_REQUEST for what is no such text
 */
export const deviceIdOf = (publicSigningKey: string): string => {
  const spki = Buffer.from(publicSigningKey, 'base64');
  if (spki.length !== SPKI_BYTES || spki.toString('base64') !== publicSigningKey) {
    throw new RecognizeError('BAD_REQUEST', { details: { path: '/publicSigningKey' } });
  }
  return createHash('sha256')
    .update(spki)
    .digest('hex')
    .slice(0, 2 * DEVICE_ID_BYTES)
    .toUpperCase();
};
