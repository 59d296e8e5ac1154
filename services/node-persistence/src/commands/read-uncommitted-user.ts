import { RecognizeError } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';
import { type EnrollmentBody, enrollmentBody } from './enrollment-body.ts';

/** @throws RecognizeError ENROLLMENT_NOT_FOUND, for another tenant's, an expired or an incomplete one too */
export const readUncommittedUser = async (
  { store, nowMs }: CommandContext,
  tenantId: number,
  userId: string,
): Promise<EnrollmentBody> => {
  const enrollment = await store.readUncommittedUser(tenantId, userId, nowMs());
  if (enrollment === undefined) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
  return enrollmentBody(enrollment);
};
