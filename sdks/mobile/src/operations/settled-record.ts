import { readDeviceStatus, resumeEnrollment } from '@openrecognize/clients/device';
import { isRecognizeError } from '@openrecognize/contracts';
import { type DeviceRecord, wipeDeviceRecord } from '../device-record.ts';
import type { Session } from '../session.ts';

/** The server has no open enrollment of this device: it lapsed, or it counted so long ago that it is forgotten. */
const noEnrollmentCodes: ReadonlySet<string> = new Set([
  'ENROLLMENT_NOT_FOUND',
  'ENROLLMENT_EXPIRED',
  'ENROLLMENT_INCOMPLETE',
  'ALREADY_ENROLLED',
]);
const noDeviceCodes: ReadonlySet<string> = new Set(['USER_NOT_FOUND', 'DEVICE_NOT_FOUND']);

const isOneOf = (error: unknown, codes: ReadonlySet<string>): boolean =>
  isRecognizeError(error) && codes.has(error.code);

/** Whether the server counts the device, asking for the commit once more where that is open. */
const settle = async (session: Session, record: DeviceRecord): Promise<boolean> => {
  const signer = session.ports.crypto.importDeviceKey(record.privateKey);
  try {
    await resumeEnrollment({ ...session, signer, checkpoint: record });
    return true;
  } catch (error) {
    if (!isOneOf(error, noEnrollmentCodes)) throw error;
  }
  try {
    await readDeviceStatus({ ...session, random: session.tools.random, signer, device: record.state });
    return true;
  } catch (error) {
    if (!isOneOf(error, noDeviceCodes)) throw error;
    return false;
  }
};

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
  const committed = { ...record, phase: 'committed' as const };
  let isCounted = false;
  try {
    isCounted = await settle(session, record);
    await (isCounted ? session.records.save(committed) : session.records.clear());
  } catch (error) {
    isCounted = false;
    throw error;
  } finally {
    if (!isCounted) wipeDeviceRecord(record);
  }
  return isCounted ? committed : undefined;
};
