import type { EndpointOutput, readEnrollment } from '@openrecognize/contracts';
import type { Enrollment } from '../ports/enrollment-store.ts';
import { encodeBase64Field } from './base64-field.ts';

export type EnrollmentBody = EndpointOutput<typeof readEnrollment>;

/** The wire form of an enrollment. */
export const enrollmentBody = (enrollment: Enrollment): EnrollmentBody => ({
  ...enrollment,
  publicSigningKey: encodeBase64Field(enrollment.publicSigningKey),
});
