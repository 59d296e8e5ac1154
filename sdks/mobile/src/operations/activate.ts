import { wipe } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { type PortableClientState, wipeClientState } from '@openrecognize/zkb/client';
import { deriveDeviceId } from '@openrecognize/zkb/messages';
import { decodeClientStateDocument } from '../client-state-document.ts';
import type { HeldRecord } from '../held-record.ts';
import { invalidInput, renumbered } from '../keyless-sdk-error.ts';
import type { BiomEnrollConfig } from '../operation-configs.ts';
import type { EnrollmentSuccess } from '../operation-results.ts';
import type { Session } from '../session.ts';
import { type LiveMatch, matchFace } from './capture-probe.ts';
import { voucherOf } from './change-devices.ts';
import { generateClientState } from './generate-client-state.ts';
import { reportOf } from './match-factor.ts';
import { intentOf } from './operation-info.ts';
import type { OperationOutcome } from './operation-outcome.ts';
import { isEnrolled } from './settled-record.ts';
import { matchedFactorOf, useVault } from './vault-wishes.ts';

/** spec 08 DS-7. @throws RecognizeError CLIENT_STATE_INVALID */
const readClientState = (session: Session, text: string): PortableClientState => {
  const portable = decodeClientStateDocument(text);
  const { state, privateKey } = portable;
  const { family, version } = session.ports.analyzer.artifact;
  try {
    const { publicSigningKey } = session.ports.crypto.importDeviceKey(privateKey);
    const isOwn = deriveDeviceId(session.tools.suite, publicSigningKey) === state.deviceId;
    const isOfModel = state.artifact.family === family && state.artifact.version === version;
    if (isOwn && isOfModel) return portable;
  } catch {
    // The key is none; reported below.
  }
  wipeClientState(state);
  wipe(privateKey);
  throw new RecognizeError('CLIENT_STATE_INVALID');
};

/**
 * Puts the client state into the record before it answers anything. One that was tried here before goes on from where
 * it was, not from the text: no index is answered twice (spec 04 ZK-3, spec 08 DS-5).
 */
const adopt = async (held: HeldRecord, { state, privateKey }: PortableClientState): Promise<void> => {
  const tried = held.current.face;
  if (tried?.state.deviceId === state.deviceId && tried.state.nextIndex >= state.nextIndex) return;
  await held.setFactor('face', { phase: 'activating', enrollmentId: '', state, privateKey });
};

const afterMatch = async (
  session: Session,
  held: HeldRecord,
  match: LiveMatch,
  config: BiomEnrollConfig,
): Promise<EnrollmentSuccess> => {
  await held.setPhase('face', 'committed');
  const { userId } = held.current.face!.state;
  const code = match.openCode();
  try {
    const secrets = await useVault(session, held, matchedFactorOf(held, 'face', code), config.secrets);
    const { generatingClientState: type } = config;
    const clientState = type
      ? await generateClientState(session, voucherOf(held, 'face', match.ticket()), type, code)
      : undefined;
    return {
      keylessId: userId,
      ...(match.signedJwt === undefined ? {} : { signedJwt: match.signedJwt }),
      ...(match.firstImage === undefined ? {} : { enrollmentFrame: match.firstImage }),
      ...(clientState === undefined ? {} : { clientState }),
      ...secrets,
    };
  } finally {
    wipe(code);
  }
};

/**
 * New-device activation (spec 08 §5): the device becomes the holder of the client state after a live match.
 *
 * @throws RecognizeError CLIENT_STATE_INVALID, ALREADY_ENROLLED; KeylessSdkError 523 while the user is suspended
 */
export const activate = async (
  session: Session,
  held: HeldRecord,
  config: BiomEnrollConfig,
  text: string,
): Promise<OperationOutcome<EnrollmentSuccess>> => {
  const intent = intentOf(config);
  // The user is there already: the server API changes whom it is linked to.
  if (config.iamToken !== undefined)
    throw invalidInput('iamToken is for a new user, not for a client state.');
  if (isEnrolled(held.current)) {
    throw new RecognizeError('ALREADY_ENROLLED', { message: 'This device is already bound to a user.' });
  }
  const portable = readClientState(session, text);
  try {
    await adopt(held, portable);
  } finally {
    wipeClientState(portable.state);
    wipe(portable.privateKey);
  }
  const { showInstructionsScreen, showFailureFeedback, presentation } = config;
  const wish = {
    settings: config.capture,
    screen: { showInstructionsScreen, showFailureFeedback, presentation },
    keepFirstImage: config.shouldRetrieveEnrollmentFrame,
  };
  let match: LiveMatch | undefined;
  try {
    match = await matchFace(session, held, intent, wish, true);
    return { result: await afterMatch(session, held, match, config), background: reportOf(match) };
  } catch (error) {
    await match?.refillDone;
    if (isRecognizeError(error) && error.code === 'LOCKED_OUT')
      throw renumbered(error, 523, session.platform);
    throw error;
  }
};
