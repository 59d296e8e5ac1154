import { type EndpointOutput, type nodePersistenceEndpoints, RecognizeError } from '@openrecognize/contracts';
import type { NodePersistence } from '../ports/node-persistence.ts';
import type { CallContext } from '../ports/service-port.ts';

export type Enrollment = EndpointOutput<typeof nodePersistenceEndpoints.readEnrollment>;

/**
 * An enrollment of this tenant; one of another tenant does not exist for the caller.
 *
 * @throws RecognizeError ENROLLMENT_NOT_FOUND, ENROLLMENT_EXPIRED
 */
export const readTenantEnrollment = async (
  persistence: Pick<NodePersistence, 'readEnrollment'>,
  tenantId: number,
  enrollmentId: string,
  nowMs: number,
  call: CallContext,
): Promise<Enrollment> => {
  const enrollment = await persistence.readEnrollment({ params: { enrollmentId } }, call);
  if (enrollment.tenantId !== tenantId) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
  if (enrollment.expiresAtMs <= nowMs) throw new RecognizeError('ENROLLMENT_EXPIRED');
  return enrollment;
};
