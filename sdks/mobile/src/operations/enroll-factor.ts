import { wipe } from '@openrecognize/bytes';
import { type EnrolledDevice, type EnrollmentCheckpoint, enrollDevice } from '@openrecognize/clients/device';
import { isRecognizeError } from '@openrecognize/contracts';
import type { ArtifactReference } from '@openrecognize/zkb/client';
import type { Factor } from '../device-record.ts';
import type { HeldRecord } from '../held-record.ts';
import type { IamLink } from '../iam-link.ts';
import { renumbered } from '../keyless-sdk-error.ts';
import type { BackgroundReport } from '../operation-results.ts';
import { sdkVersion } from '../sdk-version.ts';
import type { Session } from '../session.ts';
import { type Voucher, vouchingTransport } from './change-devices.ts';
import type { CheckedOperation } from './operation-info.ts';

/** No verdict on the commit came: the record stays, and the next operation asks again. */
const undecidedCodes: ReadonlySet<string> = new Set([
  'NET_CONNECTION_FAILED',
  'SERVICE_UNAVAILABLE',
  'SERVICE_TIMEOUT',
  'STORAGE_UNAVAILABLE',
  'INTERNAL_ERROR',
  'UNKNOWN_ERROR',
]);

export interface FactorEnrollment {
  readonly factor: Factor;
  /** Not modified; the caller wipes it. */
  readonly code: Uint8Array;
  readonly artifact: ArtifactReference;
  readonly threshold: number;
  readonly operationInfo?: CheckedOperation | undefined;
  readonly iamLink?: IamLink | undefined;
  /** Adds the device to the user of this one; without it a new user is founded. */
  readonly voucher?: Voucher | undefined;
}

const forget = async (held: HeldRecord, factor: Factor): Promise<void> => {
  const other = held.current[factor === 'face' ? 'pin' : 'face'];
  await (other ? held.setFactor(factor, undefined) : held.clear());
};

/**
 * Enrolls the client party of one factor and keeps it in the record.
 *
 * @throws RecognizeError as `enrollDevice`; KeylessSdkError 1124 when the server knows the user already.
 */
export const enrollFactor = async (
  session: Session,
  held: HeldRecord,
  enrollment: FactorEnrollment,
): Promise<EnrolledDevice> => {
  const { setup, ports, platform } = session;
  const { factor, voucher, iamLink, ...content } = enrollment;
  const key = ports.crypto.generateDeviceKey();
  const privateKey = key.exportPrivateKey();
  let isOpenStored = false;
  const persist = async ({ phase, enrollmentId, state }: EnrollmentCheckpoint) => {
    isOpenStored ||= phase === 'open';
    await held.setFactor(factor, { phase, enrollmentId, state, privateKey });
  };
  const options = {
    ...session,
    ...content,
    transport: voucher ? vouchingTransport(session, voucher) : session.transport,
    userId: voucher?.party.state.userId,
    signer: key,
    deviceType: 'SDK' as const,
    deviceOrigin: platform === 'ios' ? ('IOS' as const) : ('ANDROID' as const),
    circuitCount: setup.circuitCount,
    enrollmentCircuitCount: setup.enrollmentCircuitCount,
    externalUserId: iamLink?.subject ?? enrollment.operationInfo?.externalUserId,
    iamToken: iamLink?.iamToken,
    osVersion: ports.osVersion,
    sdkVersion,
    persist,
  };
  try {
    return await enrollDevice(options);
  } catch (error) {
    if (!isRecognizeError(error)) throw error;
    if (isOpenStored && !undecidedCodes.has(error.code)) await forget(held, factor);
    throw error.code === 'ALREADY_ENROLLED' ? renumbered(error, 1124, platform) : error;
  } finally {
    wipe(privateKey);
  }
};

/** Sends the remaining circuits; whatever happens there, the enrollment stands. */
export const sendRest = async (session: Session, enrolled: EnrolledDevice): Promise<BackgroundReport> => {
  const startMs = session.now();
  try {
    const uploaded = await enrolled.uploadRest();
    return { ...uploaded, sendCircuitMs: session.now() - startMs };
  } catch (error) {
    const failure = isRecognizeError(error) ? error.code : 'INTERNAL_ERROR';
    return { uploadedCircuits: 0, stock: enrolled.stock, sendCircuitMs: session.now() - startMs, failure };
  }
};
