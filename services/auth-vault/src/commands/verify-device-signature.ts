import { type EndpointInput, RecognizeError, type verifyDeviceSignature } from '@openrecognize/contracts';
import { type DeviceKeyCache, judgeDeviceSignature } from '@openrecognize/zkb/node';
import type { Incidents } from '../ports/incidents.ts';
import type { JwtSigner } from '../ports/jwt-signer.ts';

export type SignatureClaim = EndpointInput<typeof verifyDeviceSignature>['body'];

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
  const judged = judgeDeviceSignature(keys, claim);
  if (judged !== 'genuine') {
    if (judged === 'forged') incidents.signatureFailed();
    else incidents.signatureMalformed();
    throw new RecognizeError('SIGNATURE_INVALID');
  }
  // Last: who can't sign for the device learns nothing about the vault.
  if (claim.willSign === true && !signer.usable) throw new RecognizeError('JWT_SIGN_FAILED');
};
