import { RecognizeError } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';
import { type EnrollmentBody, enrollmentBody } from './enrollment-body.ts';

/** @throws RecognizeError ENROLLMENT_NOT_FOUND; ENROLLMENT_EXPIRED if it is open still */
export const readEnrollment = async (
  { store, nowMs }: CommandContext,
  enrollmentId: string,
): Promise<EnrollmentBody> => {
  const enrollment = await store.readEnrollment(enrollmentId);
  if (enrollment === undefined) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
  if (enrollment.state === 'open' && enrollment.expiresAtMs <= nowMs()) {
    throw new RecognizeError('ENROLLMENT_EXPIRED');
  }
  return enrollmentBody(enrollment);
};
