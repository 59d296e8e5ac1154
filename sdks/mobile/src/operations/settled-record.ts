import { resumeEnrollment } from '@openrecognize/clients/device';
import { isRecognizeError } from '@openrecognize/contracts';
import { type DeviceRecord, wipeDeviceRecord } from '../device-record.ts';
import type { Session } from '../session.ts';

/** The server will never count the enrollment: it is unknown, lapsed, or its user exists by now. */
const deadCodes: ReadonlySet<string> = new Set([
  'ENROLLMENT_NOT_FOUND',
  'ENROLLMENT_EXPIRED',
  'ENROLLMENT_INCOMPLETE',
  'ALREADY_ENROLLED',
]);

/**
 * The record, after asking the server about a commit whose answer never came: the enrollment either counts from
 * then on or is forgotten on both sides.
 *
 * @returns a copy owned by the caller; undefined when nobody is enrolled.
 * @throws RecognizeError when the server can't be asked; the record stays as it is.
 */
export const loadSettledRecord = async (session: Session): Promise<DeviceRecord | undefined> => {
  const record = await session.records.load();
  if (!record || record.phase === 'committed') return record;
  try {
    const signer = session.ports.crypto.importDeviceKey(record.privateKey);
    await resumeEnrollment({ ...session, signer, checkpoint: record });
    const committed = { ...record, phase: 'committed' as const };
    await session.records.save(committed);
    return committed;
  } catch (error) {
    wipeDeviceRecord(record);
    if (!isRecognizeError(error) || !deadCodes.has(error.code)) throw error;
    await session.records.clear();
    return undefined;
  }
};
