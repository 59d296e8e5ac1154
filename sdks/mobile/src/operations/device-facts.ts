import { bytesToBase64 } from '@openrecognize/bytes';
import { type DeviceStatus, readDeviceStatus } from '@openrecognize/clients/device';
import { RecognizeError } from '@openrecognize/contracts';
import { type DeviceRecord, wipeDeviceRecord } from '../device-record.ts';
import { sdkErrorOf } from '../keyless-sdk-error.ts';
import type { DeviceContext, Session } from '../session.ts';
import { requireRecord } from './authenticate.ts';
import { loadSettledRecord } from './settled-record.ts';

const withRecord = async <T>(
  record: DeviceRecord,
  use: (record: DeviceRecord) => T | Promise<T>,
): Promise<T> => {
  try {
    return await use(record);
  } finally {
    wipeDeviceRecord(record);
  }
};

/** The record without asking the server: an enrollment that was never confirmed does not count here. */
const requireLocalRecord = async (context: DeviceContext): Promise<DeviceRecord> => {
  const record = await context.records.load();
  if (record?.phase === 'committed') return record;
  if (record) wipeDeviceRecord(record);
  throw new RecognizeError('NOT_ENROLLED_LOCALLY');
};

export const getUserId = async (context: DeviceContext): Promise<string> =>
  withRecord(await requireLocalRecord(context), ({ state }) => state.userId);

/** SubjectPublicKeyInfo as base64. */
export const getDevicePublicSigningKey = async (context: DeviceContext): Promise<string> =>
  withRecord(await requireLocalRecord(context), ({ privateKey }) =>
    bytesToBase64(context.ports.crypto.importDeviceKey(privateKey).publicSigningKey),
  );

const statusOf = (session: Session, record: DeviceRecord): Promise<DeviceStatus> =>
  withRecord(record, ({ state, privateKey }) => {
    const signer = session.ports.crypto.importDeviceKey(privateKey);
    return readDeviceStatus({ ...session, random: session.tools.random, signer, device: state });
  });

export const getLockoutRemainingSeconds = async (session: Session): Promise<number> =>
  (await statusOf(session, await requireRecord(session))).lockoutRemainingSeconds;

/** Rejects with 1131 where other operations say 20000: here the question is the device itself. */
export const validateUserAndDeviceActive = async (session: Session): Promise<void> => {
  const record = await loadSettledRecord(session);
  if (!record) throw sdkErrorOf(1131, session.platform, { coreCode: 'NOT_ENROLLED_LOCALLY' });
  await statusOf(session, record);
};
