import { RecognizeError } from '@openrecognize/contracts';
import { type DeviceRef, objectKeyPrefixOf } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';

/**
 * Deletes all circuits of a device, rows first: from then on none can be reserved, and an object that could not be
 * deleted is one without a row, which a repeated call or the sweep removes. Returns the number of rows.
 *
 * @throws RecognizeError STORAGE_UNAVAILABLE; repeat the call
 */
export const deleteDeviceCircuits = async (
  { circuits, objects, metrics, now }: CircuitStorageDependencies,
  device: DeviceRef,
  log: EventLog,
): Promise<number> => {
  try {
    const deleted = await circuits.deleteDevice(device, now());
    metrics.count('deleted', deleted);
    let failure: unknown;
    for await (const { key } of objects.list(objectKeyPrefixOf(device))) {
      try {
        await objects.delete(key);
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return deleted;
  } catch (error) {
    log.error({ err: error }, 'Error while deleting some circuits');
    throw new RecognizeError('STORAGE_UNAVAILABLE', { cause: error });
  }
};
