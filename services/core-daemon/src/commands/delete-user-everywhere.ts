import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { purgeDevices } from './purge-circuits.ts';

/** Names a user of a tenant. */
export interface TenantUser {
  readonly tenantId: number;
  readonly userId: string;
}

/**
 * Deletes a user; from then on none of the user's devices can authenticate. Circuits are deleted behind the
 * answer, and by the purge job if that fails: they are useless without their tokens.
 *
 * @returns the number of devices the user had
 * @throws RecognizeError USER_NOT_FOUND
 */
export const deleteUserEverywhere = async (
  deps: Pick<CoreDaemonDeps, 'persistence' | 'storage' | 'background'>,
  { tenantId, userId }: TenantUser,
  call: CallContext,
): Promise<number> => {
  const { deviceIds } = await deps.persistence.deleteUser({ params: { userId }, query: { tenantId } }, call);
  const devices = deviceIds.map((deviceId) => ({ userId, deviceId }));
  deps.background.run(() => purgeDevices(deps, devices, call));
  return deviceIds.length;
};
