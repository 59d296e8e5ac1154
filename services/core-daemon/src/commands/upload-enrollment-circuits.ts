import { RecognizeError } from '@openrecognize/contracts';
import { uploadCircuitsSigningInput } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { readTenantEnrollment } from './read-tenant-enrollment.ts';
import { verifySignature } from './signed-request.ts';
import { readUpload, type StoredUpload, storeUpload } from './store-upload.ts';

export interface EnrollmentUpload {
  readonly enrollmentId: string;
  /** Over the batch exactly as sent, base64. */
  readonly signature: string;
  readonly batch: Uint8Array;
}

/**
 * Takes circuits of an open enrollment (spec 04 §5.1).
 *
 * @throws RecognizeError ENROLLMENT_NOT_FOUND, ENROLLMENT_EXPIRED, SIGNATURE_INVALID, PROTOCOL_INVALID_MESSAGE,
 * ARTIFACT_MISMATCH, CONFLICT
 */
export const uploadEnrollmentCircuits = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  { enrollmentId, signature, batch }: EnrollmentUpload,
  call: CallContext,
): Promise<StoredUpload> => {
  const { persistence, vault, clock } = deps;
  const enrollment = await readTenantEnrollment(persistence, tenantId, enrollmentId, clock.now(), call);
  // Once committed, a right to new circuits comes from a ticket alone.
  if (enrollment.state !== 'open') throw new RecognizeError('ENROLLMENT_NOT_FOUND');
  const { deviceId, publicSigningKey } = enrollment;
  const signingInput = uploadCircuitsSigningInput(nodeCryptoSuite, enrollmentId, batch);
  await verifySignature(vault, { deviceId, publicSigningKey, signingInput, signature }, call);
  const upload = readUpload(batch, enrollment);
  return storeUpload(deps, enrollment, { kind: 'enrollment', enrollmentId }, upload, call);
};
