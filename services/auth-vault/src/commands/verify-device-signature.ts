import { verify } from 'node:crypto';
import { base64ToBytes } from '@openrecognize/bytes';
import { type EndpointInput, RecognizeError, type verifyDeviceSignature } from '@openrecognize/contracts';
import type { Incidents } from '../ports/incidents.ts';
import type { JwtSigner } from '../ports/jwt-signer.ts';
import type { DeviceKeyCache } from './device-key-cache.ts';

export type SignatureClaim = EndpointInput<typeof verifyDeviceSignature>['body'];

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
 * Checks that the key is the one the device id names (spec 04 ZK-1) and that it signed the message: ECDSA P-256 over
 * SHA-256 in IEEE P1363 form.
 *
 * @throws RecognizeError JWT_SIGN_FAILED where a JWT is wanted and the signing key is known not to work;
 * SIGNATURE_INVALID. Only a well-formed signature of the right key's form that does not
 * verify is an incident; malformed input is the caller's fault and counted apart.
 */
export const checkDeviceSignature = (
  keys: DeviceKeyCache,
  incidents: Incidents,
  signer: Pick<JwtSigner, 'usable'>,
  claim: SignatureClaim,
): void => {
  const device = keys.find(claim.publicSigningKey);
  const message = decode(claim.message);
  const signature = decode(claim.signature);
  if (
    device === undefined ||
    device.deviceId !== claim.deviceId ||
    message === undefined ||
    signature?.length !== SIGNATURE_BYTES
  ) {
    incidents.signatureMalformed();
    throw new RecognizeError('SIGNATURE_INVALID');
  }
  if (!verify('sha256', message, { key: device.key, dsaEncoding: 'ieee-p1363' }, signature)) {
    incidents.signatureFailed();
    throw new RecognizeError('SIGNATURE_INVALID');
  }
  // Last: who can't sign for the device learns nothing about the vault.
  if (claim.willSign === true && !signer.usable) throw new RecognizeError('JWT_SIGN_FAILED');
};
