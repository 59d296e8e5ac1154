import { bytesToBase64 } from '@openrecognize/bytes';
import { type DeviceStatus, readDeviceStatus } from '@openrecognize/clients/device';
import { RecognizeError } from '@openrecognize/contracts';
import { type FactorRecord, wipeDeviceRecord } from '../device-record.ts';
import { sdkErrorOf } from '../keyless-sdk-error.ts';
import { LocalStoreError } from '../local-store-error.ts';
import { NativeFailure } from '../native-failure.ts';
import type { DeviceContext, Session } from '../session.ts';
import {
  isEnrolled,
  loadHeldRecord,
  loadLocalRecord,
  mainFactor,
  requireHeldRecord,
} from './settled-record.ts';

/** The party without asking the server: an enrollment that was never confirmed does not count here. */
const withLocalParty = async <T>(context: DeviceContext, use: (party: FactorRecord) => T): Promise<T> => {
  const record = await loadLocalRecord(context);
  try {
    const party = mainFactor(record);
    if (!party) throw new RecognizeError('NOT_ENROLLED_LOCALLY');
    return use(party);
  } finally {
    wipeDeviceRecord(record);
  }
};

export const getUserId = (context: DeviceContext): Promise<string> =>
  withLocalParty(context, ({ state }) => state.userId);

/** SubjectPublicKeyInfo as base64. */
export const getDevicePublicSigningKey = (context: DeviceContext): Promise<string> =>
  withLocalParty(context, ({ privateKey }) =>
    bytesToBase64(context.ports.crypto.importDeviceKey(privateKey).publicSigningKey),
  );

/** SubjectPublicKeyInfo as base64 of the party that answers for the face. */
export const getUserSigningPublicKey = async (context: DeviceContext): Promise<string> => {
  const record = await loadLocalRecord(context);
  try {
    if (!mainFactor(record)) throw new RecognizeError('NOT_ENROLLED_LOCALLY');
    if (record.face?.phase !== 'committed') throw new RecognizeError('AUTH_METHOD_NOT_ENABLED');
    return bytesToBase64(context.ports.crypto.importDeviceKey(record.face.privateKey).publicSigningKey);
  } finally {
    wipeDeviceRecord(record);
  }
};

const statusOf = (session: Session, { state, privateKey }: FactorRecord): Promise<DeviceStatus> => {
  const signer = session.ports.crypto.importDeviceKey(privateKey);
  return readDeviceStatus({ ...session, random: session.tools.random, signer, device: state });
};

export const getLockoutRemainingSeconds = async (session: Session): Promise<number> => {
  const held = await requireHeldRecord(session);
  try {
    return (await statusOf(session, mainFactor(held.current)!)).lockoutRemainingSeconds;
  } finally {
    held.wipe();
  }
};

/** Rejects with 1131 where other operations say 20000: here the question is the device itself. */
export const validateUserAndDeviceActive = async (session: Session): Promise<void> => {
  const held = await loadHeldRecord(session);
  try {
    if (!isEnrolled(held.current)) {
      throw sdkErrorOf(1131, session.platform, { coreCode: 'NOT_ENROLLED_LOCALLY' });
    }
    await statusOf(session, mainFactor(held.current)!);
  } finally {
    held.wipe();
  }
};

/** Which factors are set up here. */
export const getEnrolledFactors = async (
  context: DeviceContext,
): Promise<{ readonly face: boolean; readonly pin: boolean }> => {
  const record = await loadLocalRecord(context);
  wipeDeviceRecord(record);
  return { face: record.face?.phase === 'committed', pin: record.pin?.phase === 'committed' };
};

/** Local data only; what can't be removed is a matter of the keychain on iOS. */
export const resetDevice = async (context: DeviceContext): Promise<void> => {
  try {
    await context.records.clear();
  } catch (cause) {
    const isPlatformFault = cause instanceof LocalStoreError;
    throw isPlatformFault ? new NativeFailure({ ios: 20003, android: 10005 }, { cause }) : cause;
  }
};
