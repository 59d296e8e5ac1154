import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';

/** A device whose circuits have to go. */
export interface CircuitPurge {
  readonly userId: string;
  readonly deviceId: string;
  /** Its enrollment expired: it may come back with the same circuits. */
  readonly neverCounted?: boolean;
}

type PurgeDeps = Pick<CoreDaemonDeps, 'persistence' | 'storage'>;

/** Deletes a device's circuits, then crosses it off the list: a crash in between only repeats the deletion. */
const purgeDevice = async ({ persistence, storage }: PurgeDeps, device: CircuitPurge, call: CallContext) => {
  const { userId, deviceId, neverCounted } = device;
  const params = { userId, deviceId };
  await storage.deleteDeviceCircuits({ params, query: neverCounted ? { neverCounted } : {} }, call);
  await persistence.finishCircuitPurge({ params }, call);
};

/**
 * Deletes the circuits of the devices, one after the other.
 *
 * @returns how many devices are done; whatever failed is still on the purge list
 */
export const purgeDevices = async (
  deps: PurgeDeps,
  devices: readonly CircuitPurge[],
  call: CallContext,
): Promise<number> => {
  let purged = 0;
  for (const device of devices) {
    try {
      await purgeDevice(deps, device, call);
      purged++;
    } catch {
      // Logged by the adapter; the next run repeats it.
    }
  }
  return purged;
};

/** Works off one page of the purge list. @returns how many devices are done */
export const purgeListedDevices = async (deps: PurgeDeps, call: CallContext): Promise<number> => {
  const { purges } = await deps.persistence.listCircuitPurges({ query: {} }, call);
  return purgeDevices(deps, purges, call);
};
