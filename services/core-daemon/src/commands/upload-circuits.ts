import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { readUpload, type StoredUpload, storeUpload } from './store-upload.ts';

export interface RefillUpload {
  readonly userId: string;
  readonly deviceId: string;
  readonly ticket: string;
  readonly batch: Uint8Array;
}

/**
 * Takes replacement circuits under a ticket that a match or a commit gave (spec 04 §5.3). The ticket names the
 * device and is checked by the vault that issued it. A device that is deleted meanwhile gets no circuit: its tokens are
 * refused, and where they were faster than the deletion the storage, which keeps deleted devices in mind, refuses.
 *
 * @throws RecognizeError USER_NOT_FOUND, DEVICE_NOT_FOUND, PROTOCOL_INVALID_MESSAGE, ARTIFACT_MISMATCH,
 * TICKET_INVALID, CONFLICT
 */
export const uploadCircuits = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  { userId, deviceId, ticket, batch }: RefillUpload,
  call: CallContext,
): Promise<StoredUpload> => {
  const device = { tenantId, userId, deviceId };
  const enrolled =
    deps.recentMatches.parametersOf(device) ?? (await deps.persistence.checkDevice({ body: device }, call));
  const upload = readUpload(batch, enrolled);
  return storeUpload(deps, { userId, deviceId }, { kind: 'ticket', ticket }, upload, call);
};
