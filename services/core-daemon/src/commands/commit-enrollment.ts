import {
  type EndpointInput,
  type EndpointOutput,
  type commitEnrollment as endpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import { commitEnrollmentSigningInput } from '@openrecognize/zkb/messages';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { readTenantEnrollment } from './read-tenant-enrollment.ts';
import { freshnessOf, verifySignature } from './signed-request.ts';

/**
 * Makes an enrollment count and hands out the ticket for the rest of its circuits (spec 04 ZK-13). A repeated call
 * gives the same answer as long as the enrollment's time lasts; later a device key alone must not open the stock.
 *
 * @throws RecognizeError REQUEST_EXPIRED, ENROLLMENT_NOT_FOUND, ENROLLMENT_EXPIRED, SIGNATURE_INVALID,
 * ENROLLMENT_INCOMPLETE without a single circuit, ALREADY_ENROLLED, OPERATION_ALREADY_EXISTS
 */
export const commitEnrollment = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  enrollmentId: string,
  request: EndpointInput<typeof endpoint>['body'],
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => {
  const { persistence, storage, vault, clock, settings } = deps;
  const freshness = freshnessOf(request, clock.now());
  const enrollment = await readTenantEnrollment(persistence, tenantId, enrollmentId, clock.now(), call);
  const { userId, deviceId, publicSigningKey } = enrollment;
  const signingInput = commitEnrollmentSigningInput(enrollmentId, freshness);
  const { signature } = request;
  await verifySignature(vault, { deviceId, publicSigningKey, signingInput, signature }, call);
  const { stock, nextFreeIndex } = await storage.circuitStock({ params: { userId, deviceId } }, call);
  if (enrollment.state === 'open') {
    if (stock < 1) throw new RecognizeError('ENROLLMENT_INCOMPLETE');
    await persistence.commitOpenEnrollment({ params: { enrollmentId }, body: { tenantId } }, call);
  }
  const refill = { fromIndex: nextFreeIndex, count: Math.max(0, settings.targetCircuitCount - stock) };
  const { ticket } = await vault.issueRefillTicket(
    { body: { userId, deviceId, enrollmentId, refill } },
    call,
  );
  return { userId, deviceId, stock, refill: { ticket, ...refill } };
};
