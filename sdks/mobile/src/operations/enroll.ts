import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { HeldRecord } from '../held-record.ts';
import { readIamLink } from '../iam-link.ts';
import { invalidInput } from '../keyless-sdk-error.ts';
import type { BiomEnrollConfig, EnrollConfig, PhotoEnrollConfig } from '../operation-configs.ts';
import type { EnrollmentSuccess } from '../operation-results.ts';
import { checkSecretWishes } from '../secrets-vault.ts';
import type { Session } from '../session.ts';
import { activate } from './activate.ts';
import { analyzeFace, captureFace } from './capture-face.ts';
import { type LiveMatch, matchPin } from './capture-probe.ts';
import { voucherOf } from './change-devices.ts';
import { checkProtection } from './check-protection.ts';
import { completeFactor } from './complete-factor.ts';
import { enrollFactor } from './enroll-factor.ts';
import { enrollPin } from './enroll-pin.ts';
import { checkOperation, checkSigningInfo } from './operation-info.ts';
import type { OperationOutcome } from './operation-outcome.ts';
import { checkPin } from './pin-code.ts';
import { hasFactor, loadHeldRecord } from './settled-record.ts';

interface EnrollmentFace {
  readonly code: Uint8Array;
  readonly firstImage?: Uint8Array | undefined;
}

const faceOf = async (
  session: Session,
  config: BiomEnrollConfig | PhotoEnrollConfig,
): Promise<EnrollmentFace> => {
  if (config.kind === 'biom-enroll') {
    const { showInstructionsScreen, showFailureFeedback, presentation } = config;
    return captureFace(session, {
      purpose: 'enroll',
      settings: config.capture,
      screen: { showInstructionsScreen, showFailureFeedback, presentation },
      keepFirstImage: config.shouldRetrieveEnrollmentFrame,
    });
  }
  if (config.photos.length === 0) throw invalidInput('photo is empty.');
  await checkProtection(session);
  return { code: await analyzeFace(session, config.photos, 'TRUSTED_SOURCE') };
};

const currentPinOf = (config: BiomEnrollConfig | PhotoEnrollConfig): string | undefined =>
  config.kind === 'biom-enroll' && config.currentPin !== undefined ? checkPin(config.currentPin) : undefined;

/** A PIN that is set already has to answer for the face. */
const openByPin = async (
  session: Session,
  held: HeldRecord,
  pin: string | undefined,
): Promise<LiveMatch | undefined> => {
  if (!hasFactor(held.current, 'pin')) return undefined;
  if (pin === undefined)
    throw new RecognizeError('ALREADY_ENROLLED', { message: 'This device has a user with a PIN.' });
  return matchPin(session, held, { purpose: 'authenticate' }, pin, false);
};

const checkConfig = (config: BiomEnrollConfig | PhotoEnrollConfig): void => {
  checkSigningInfo(config.jwtSigningInfo);
  checkSecretWishes(config.secrets);
};

const enrollFace = async (
  session: Session,
  held: HeldRecord,
  config: BiomEnrollConfig | PhotoEnrollConfig,
): Promise<OperationOutcome<EnrollmentSuccess>> => {
  const operationInfo = checkOperation(config.operationInfo);
  const iamLink = readIamLink(config.iamToken, operationInfo?.externalUserId);
  const pin = currentPinOf(config);
  if (hasFactor(held.current, 'face')) {
    throw new RecognizeError('ALREADY_ENROLLED', { message: 'This device is already bound to a user.' });
  }
  const opened = await openByPin(session, held, pin);
  const { code, firstImage } = await faceOf(session, config);
  try {
    const { artifact, threshold } = session.ports.analyzer;
    const voucher = opened && voucherOf(held, 'pin', opened.ticket());
    const content = { factor: 'face' as const, code, artifact, threshold, operationInfo, iamLink, voucher };
    const enrolled = await enrollFactor(session, held, content);
    return await completeFactor(session, held, enrolled, { code, config, opened, frame: firstImage });
  } finally {
    wipe(code);
  }
};

/** Enrolls a face, adds a PIN, or activates this device by a client state, as the configuration says. */
export const enroll = async (
  session: Session,
  config: EnrollConfig,
): Promise<OperationOutcome<EnrollmentSuccess>> => {
  if (config.kind !== 'pin-enroll') checkConfig(config);
  const held = await loadHeldRecord(session);
  try {
    const outcome = await (config.kind === 'pin-enroll'
      ? enrollPin(session, held, config)
      : config.kind === 'biom-enroll' && config.clientState !== undefined
        ? activate(session, held, config, config.clientState)
        : enrollFace(session, held, config));
    return { ...outcome, background: outcome.background.finally(() => held.wipe()) };
  } catch (error) {
    held.wipe();
    throw error;
  }
};
