import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { CallContext, NodePersistence } from '../ports/node-persistence.ts';

/** Whose enrollment it has to be, and how far along. */
export interface OwnEnrollment {
  readonly enrollmentId: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly state: 'open' | 'committed';
}

/**
 * Passes if the enrollment is this device's, in this state and within its time. The end counts for committed ones
 * too: afterwards only a match gives a right to new circuits (spec 04 §5.3), or a stolen device key would be enough
 * to replace a face.
 *
 * @throws RecognizeError ENROLLMENT_NOT_FOUND
 */
export const checkOwnEnrollment = async (
  persistence: Pick<NodePersistence, 'readEnrollment'>,
  wanted: OwnEnrollment,
  nowMs: number,
  call: CallContext,
): Promise<void> => {
  const { enrollmentId, userId, deviceId, state } = wanted;
  const enrollment = await persistence
    .readEnrollment({ params: { enrollmentId } }, call)
    .catch((error: unknown) => {
      if (isRecognizeError(error) && error.code === 'ENROLLMENT_EXPIRED') return undefined;
      throw error;
    });
  const isOwn =
    enrollment !== undefined &&
    enrollment.userId === userId &&
    enrollment.deviceId === deviceId &&
    enrollment.state === state &&
    enrollment.expiresAtMs > nowMs;
  if (!isOwn) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
};
