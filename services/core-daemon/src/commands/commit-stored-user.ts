import {
  type EndpointOutput,
  type commitStoredUser as endpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import type { TenantUser } from './delete-user-everywhere.ts';

/**
 * Makes an uncommitted user count (spec 04 §5.1). Hands out no ticket: new circuits of this device take a match.
 *
 * @throws RecognizeError ENROLLMENT_NOT_FOUND, ENROLLMENT_INCOMPLETE without a single circuit, ALREADY_ENROLLED
 */
export const commitStoredUser = async (
  { persistence, storage }: Pick<CoreDaemonDeps, 'persistence' | 'storage'>,
  { tenantId, userId }: TenantUser,
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => {
  const { enrollmentId, deviceId, state } = await persistence.readUncommittedUser(
    { params: { userId }, query: { tenantId } },
    call,
  );
  if (state === 'open') {
    // Circuits of an earlier, expired registration of this device may have been purged after this one was stored.
    const { stock } = await storage.circuitStock({ params: { userId, deviceId } }, call);
    if (stock < 1) throw new RecognizeError('ENROLLMENT_INCOMPLETE');
    await persistence.commitOpenEnrollment({ params: { enrollmentId }, body: { tenantId } }, call);
  }
  return { userId, deviceId };
};
