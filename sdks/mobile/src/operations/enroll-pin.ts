import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { HeldRecord } from '../held-record.ts';
import type { PinEnrollConfig } from '../operation-configs.ts';
import type { EnrollmentSuccess } from '../operation-results.ts';
import type { Session } from '../session.ts';
import { type LiveMatch, matchFace } from './capture-probe.ts';
import { pinFailure, voucherOf } from './change-devices.ts';
import { completeFactor } from './complete-factor.ts';
import { enrollFactor } from './enroll-factor.ts';
import { reportOf } from './match-factor.ts';
import { checkOperation, checkSigningInfo } from './operation-info.ts';
import type { OperationOutcome } from './operation-outcome.ts';
import { checkPin, pinArtifact, pinCodeOf, pinSecretBytes, pinThreshold } from './pin-code.ts';
import { hasFactor } from './settled-record.ts';

const enrollParty = async (
  session: Session,
  held: HeldRecord,
  config: PinEnrollConfig,
  opened: LiveMatch | undefined,
): Promise<OperationOutcome<EnrollmentSuccess>> => {
  const pinSecret = session.tools.random(pinSecretBytes);
  const code = await pinCodeOf(session, checkPin(config.pin), pinSecret);
  try {
    await held.setPinSecret(pinSecret);
    const operationInfo = checkOperation(config.operationInfo);
    const voucher = opened && voucherOf(held, 'face', opened.ticket());
    const artifact = pinArtifact;
    const content = {
      factor: 'pin' as const,
      code,
      artifact,
      threshold: pinThreshold,
      operationInfo,
      voucher,
    };
    const enrolled = await enrollFactor(session, held, content);
    return await completeFactor(session, held, enrolled, { code, config, opened });
  } catch (error) {
    throw pinFailure(error);
  } finally {
    wipe(code, pinSecret);
  }
};

/** Both refills are waited for; the report is the one of the PIN's circuits. */
const behind = (opened: LiveMatch | undefined, outcome: OperationOutcome<EnrollmentSuccess>) => ({
  ...outcome,
  background: (async () => {
    if (opened) await reportOf(opened);
    return outcome.background;
  })(),
});

/**
 * Sets a PIN (spec 08 §3): for the user of the face after a match, or for a new user.
 *
 * @throws RecognizeError AUTH_METHOD_NOT_ENABLED when the server takes no PINs; ALREADY_ENROLLED when one is set
 */
export const enrollPin = async (
  session: Session,
  held: HeldRecord,
  config: PinEnrollConfig,
): Promise<OperationOutcome<EnrollmentSuccess>> => {
  checkPin(config.pin);
  checkOperation(config.operationInfo);
  checkSigningInfo(config.jwtSigningInfo);
  if (hasFactor(held.current, 'pin')) {
    throw new RecognizeError('ALREADY_ENROLLED', { message: 'This device has a PIN already.' });
  }
  if (!hasFactor(held.current, 'face')) return enrollParty(session, held, config, undefined);
  const wish = { settings: config.capture };
  const opened = await matchFace(session, held, { purpose: 'authenticate' }, wish, true);
  try {
    return behind(opened, await enrollParty(session, held, config, opened));
  } catch (error) {
    await opened.refillDone;
    throw error;
  }
};
