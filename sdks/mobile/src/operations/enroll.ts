import { wipe } from '@openrecognize/bytes';
import { type EnrolledDevice, type EnrollmentCheckpoint, enrollDevice } from '@openrecognize/clients/device';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { wipeClientState } from '@openrecognize/zkb/client';
import { wipeDeviceRecord } from '../device-record.ts';
import { invalidInput } from '../keyless-sdk-error.ts';
import type { BiomEnrollConfig, PhotoEnrollConfig } from '../operation-configs.ts';
import type { BackgroundReport, EnrollmentSuccess } from '../operation-results.ts';
import type { DeviceSigningKey } from '../ports/crypto-port.ts';
import { sdkVersion } from '../sdk-version.ts';
import type { Session } from '../session.ts';
import { analyzeFace, captureFace } from './capture-face.ts';
import { type CheckedOperation, checkOperation } from './operation-info.ts';
import { loadSettledRecord } from './settled-record.ts';

interface EnrollmentFace {
  readonly code: Uint8Array;
  readonly firstImage?: Uint8Array | undefined;
}

const faceOf = (session: Session, config: BiomEnrollConfig | PhotoEnrollConfig): Promise<EnrollmentFace> => {
  if (config.kind === 'biom-enroll') {
    const request = { purpose: 'enroll' as const, delaySeconds: config.cameraDelaySeconds };
    return captureFace(session, request, config.shouldRetrieveEnrollmentFrame);
  }
  if (config.photos.length === 0) throw invalidInput('photo is empty.');
  return analyzeFace(session, config.photos, 'TRUSTED_SOURCE').then((code) => ({ code }));
};

const refuseSecondEnrollment = async (session: Session): Promise<void> => {
  const record = await loadSettledRecord(session);
  if (!record) return;
  wipeDeviceRecord(record);
  throw new RecognizeError('ALREADY_ENROLLED', { message: 'This device is already bound to a user.' });
};

/** No verdict on the commit came: the record stays, and the next operation asks again. */
const undecidedCodes: ReadonlySet<string> = new Set([
  'NET_CONNECTION_FAILED',
  'SERVICE_UNAVAILABLE',
  'SERVICE_TIMEOUT',
  'STORAGE_UNAVAILABLE',
  'INTERNAL_ERROR',
  'UNKNOWN_ERROR',
]);

const sendEnrollment = async (
  session: Session,
  key: DeviceSigningKey,
  code: Uint8Array,
  operationInfo: CheckedOperation | undefined,
): Promise<EnrolledDevice> => {
  const { setup, ports, records, platform } = session;
  const privateKey = key.exportPrivateKey();
  let isOpenStored = false;
  const persist = async ({ phase, enrollmentId, state }: EnrollmentCheckpoint) => {
    isOpenStored ||= phase === 'open';
    await records.save({ phase, enrollmentId, state, privateKey });
  };
  try {
    return await enrollDevice({
      ...session,
      signer: key,
      code,
      artifact: ports.analyzer.artifact,
      threshold: ports.analyzer.threshold,
      deviceType: 'SDK',
      deviceOrigin: platform === 'ios' ? 'IOS' : 'ANDROID',
      circuitCount: setup.circuitCount,
      enrollmentCircuitCount: setup.enrollmentCircuitCount,
      externalUserId: operationInfo?.externalUserId,
      operationInfo,
      osVersion: ports.osVersion,
      sdkVersion,
      persist,
    });
  } catch (error) {
    if (isOpenStored && isRecognizeError(error) && !undecidedCodes.has(error.code)) await records.clear();
    throw error;
  } finally {
    wipe(privateKey);
  }
};

/** Sends the remaining circuits; whatever happens there, the enrollment stands. */
const sendRest = async (session: Session, enrolled: EnrolledDevice): Promise<BackgroundReport> => {
  const startMs = session.now();
  try {
    const uploaded = await enrolled.uploadRest();
    return { ...uploaded, sendCircuitMs: session.now() - startMs };
  } catch (error) {
    const failure = isRecognizeError(error) ? error.code : 'INTERNAL_ERROR';
    return { uploadedCircuits: 0, stock: enrolled.stock, sendCircuitMs: session.now() - startMs, failure };
  }
};

/** Enrolls this device; the circuits beyond the first follow in the background. */
export const enroll = async (session: Session, config: BiomEnrollConfig | PhotoEnrollConfig) => {
  const operationInfo = checkOperation(config.operationInfo);
  await refuseSecondEnrollment(session);
  const { code, firstImage } = await faceOf(session, config);
  try {
    const enrolled = await sendEnrollment(
      session,
      session.ports.crypto.generateDeviceKey(),
      code,
      operationInfo,
    );
    const result: EnrollmentSuccess = {
      keylessId: enrolled.ready.state.userId,
      ...(firstImage === undefined ? {} : { enrollmentFrame: firstImage }),
    };
    wipeClientState(enrolled.ready.state);
    return { result, background: sendRest(session, enrolled) };
  } finally {
    wipe(code);
  }
};
