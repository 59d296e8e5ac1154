import { bytesToBase64 } from '@openrecognize/bytes';
import { readDeviceStatus, resumeEnrollment } from '@openrecognize/clients/device';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { deriveDeviceId } from '@openrecognize/zkb/messages';
import {
  type DeviceRecord,
  type Factor,
  type FactorRecord,
  factors,
  wipeDeviceRecord,
} from '../device-record.ts';
import { type HeldRecord, holdRecord } from '../held-record.ts';
import { NativeFailure } from '../native-failure.ts';
import type { DeviceContext, Session } from '../session.ts';

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
const settle = async (session: Session, factor: FactorRecord): Promise<boolean> => {
  const signer = session.ports.crypto.importDeviceKey(factor.privateKey);
  try {
    await resumeEnrollment({ ...session, signer, checkpoint: factor });
    return true;
  } catch (error) {
    if (!isOneOf(error, noEnrollmentCodes)) throw error;
  }
  try {
    await readDeviceStatus({ ...session, random: session.tools.random, signer, device: factor.state });
    return true;
  } catch (error) {
    if (!isOneOf(error, noDeviceCodes)) throw error;
    return false;
  }
};

const keyNamesDevice = ({ ports, tools }: DeviceContext, { privateKey, state }: FactorRecord): boolean => {
  try {
    const { publicSigningKey } = ports.crypto.importDeviceKey(privateKey);
    return deriveDeviceId(tools.suite, publicSigningKey) === state.deviceId;
  } catch {
    return false;
  }
};

/** spec 08 DS-2. @throws NativeFailure 20017 when the parts of the record do not belong together. */
const checkRecord = (context: DeviceContext, { face, pin, pinSecret }: DeviceRecord): void => {
  const parties = [face, pin].filter((party) => party !== undefined);
  const isOneUser = !face || !pin || face.state.userId === pin.state.userId;
  const hasSecret = !pin || pinSecret?.length === 32;
  if (isOneUser && hasSecret && parties.every((party) => keyNamesDevice(context, party))) return;
  throw new NativeFailure(20017);
};

/** Whether a factor can be used here. */
export const hasFactor = (record: DeviceRecord, factor: Factor): boolean =>
  record[factor]?.phase === 'committed';

export const isEnrolled = (record: DeviceRecord): boolean =>
  factors.some((factor) => hasFactor(record, factor));

/** A party that speaks for the device: the face's where there is one. */
export const mainFactor = (record: DeviceRecord): FactorRecord | undefined =>
  factors.map((factor) => record[factor]).find((party) => party?.phase === 'committed');

/** The record on disk without asking anybody. @throws NativeFailure 20017 */
export const loadLocalRecord = async (context: DeviceContext): Promise<DeviceRecord> => {
  const record = (await context.records.load()) ?? {};
  try {
    checkRecord(context, record);
    return record;
  } catch (error) {
    wipeDeviceRecord(record);
    throw error;
  }
};

const settleFactor = async (session: Session, held: HeldRecord, factor: Factor): Promise<void> => {
  const party = held.current[factor];
  if (party?.phase !== 'open') return;
  if (await settle(session, party)) return held.setPhase(factor, 'committed');
  const other = held.current[factor === 'face' ? 'pin' : 'face'];
  await (other ? held.setFactor(factor, undefined) : held.clear());
};

const identify = ({ ports, log }: Session, party: FactorRecord | undefined): void => {
  if (!party) return;
  const { publicSigningKey } = ports.crypto.importDeviceKey(party.privateKey);
  log.identify({ userId: party.state.userId, devicePublicSigningKey: bytesToBase64(publicSigningKey) });
};

/**
 * The record, after asking the server about commits whose answer never came: such an enrollment either counts from
 * then on or is forgotten on both sides. Nobody may be enrolled.
 *
 * @returns erased by the caller.
 * @throws RecognizeError when the server can't be asked, the record stays as it is; NativeFailure 20017
 */
export const loadHeldRecord = async (session: Session): Promise<HeldRecord> => {
  const held = holdRecord(session.records, await loadLocalRecord(session));
  try {
    for (const factor of factors) await settleFactor(session, held, factor);
    identify(session, mainFactor(held.current));
    return held;
  } catch (error) {
    held.wipe();
    throw error;
  }
};

/** @throws RecognizeError NOT_ENROLLED_LOCALLY, and as `loadHeldRecord`. */
export const requireHeldRecord = async (session: Session): Promise<HeldRecord> => {
  const held = await loadHeldRecord(session);
  if (isEnrolled(held.current)) return held;
  held.wipe();
  throw new RecognizeError('NOT_ENROLLED_LOCALLY');
};
