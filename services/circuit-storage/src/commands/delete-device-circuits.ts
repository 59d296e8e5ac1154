import { RecognizeError } from '@openrecognize/contracts';
import { type DeviceRef, objectKeyPrefixOf } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { logRefusedDeletions } from '../jobs/log-refused-deletions.ts';
import type { DeleteDeviceOptions } from '../ports/circuit-metadata-store.ts';
import type { ObjectStore, RefusedDeletion } from '../ports/object-store.ts';

/** Deletes all objects below a prefix; what could not be deleted, or that they could not be listed. */
const deleteBelow = async (objects: ObjectStore, prefix: string): Promise<readonly RefusedDeletion[]> => {
  const keys: string[] = [];
  try {
    for await (const { key } of objects.list(prefix)) keys.push(key);
  } catch (reason) {
    return [{ key: prefix, reason }];
  }
  return objects.deleteMany(keys);
};

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
  options: DeleteDeviceOptions = {},
): Promise<number> => {
  const deleted = await circuits.deleteDevice(device, now(), options);
  metrics.count('deleted', deleted);
  const refused = await deleteBelow(objects, objectKeyPrefixOf(device));
  logRefusedDeletions(log, refused);
  if (refused.length > 0) throw new RecognizeError('STORAGE_UNAVAILABLE', { cause: refused[0]!.reason });
  return deleted;
};
