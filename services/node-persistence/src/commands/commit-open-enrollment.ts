import { type CoreErrorCode, RecognizeError } from '@openrecognize/contracts';
import type { CommitEnrollmentOutcome } from '../ports/enrollment-store.ts';
import type { CommandContext } from './command-context.ts';
import { type EnrollmentBody, enrollmentBody } from './enrollment-body.ts';

const codeOf: Record<Exclude<CommitEnrollmentOutcome['outcome'], 'committed'>, CoreErrorCode> = {
  'not-found': 'ENROLLMENT_NOT_FOUND',
  expired: 'ENROLLMENT_EXPIRED',
  'already-enrolled': 'ALREADY_ENROLLED',
  'operation-exists': 'OPERATION_ALREADY_EXISTS',
};

/**
 * @throws RecognizeError ENROLLMENT_NOT_FOUND, for another tenant's too; ENROLLMENT_EXPIRED; ALREADY_ENROLLED;
 *   OPERATION_ALREADY_EXISTS
 */
export const commitOpenEnrollment = async (
  { store, nowMs }: CommandContext,
  enrollmentId: string,
  tenantId: number,
): Promise<EnrollmentBody> => {
  const committed = await store.commitEnrollment(enrollmentId, tenantId, nowMs());
  if (committed.outcome !== 'committed') throw new RecognizeError(codeOf[committed.outcome]);
  return enrollmentBody(committed.enrollment);
};
