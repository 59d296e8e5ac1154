import { wipe } from '@openrecognize/bytes';
import type { EnrolledDevice } from '@openrecognize/clients/device';
import { wipeClientState } from '@openrecognize/zkb/client';
import type { HeldRecord } from '../held-record.ts';
import type { EnrollConfig } from '../operation-configs.ts';
import type { EnrollmentSuccess } from '../operation-results.ts';
import type { Session } from '../session.ts';
import { voucherOf } from './change-devices.ts';
import { sendRest } from './enroll-factor.ts';
import { generateClientState } from './generate-client-state.ts';
import { type FactorMatch, matchFactor } from './match-factor.ts';
import { intentOf } from './operation-info.ts';
import type { OperationOutcome } from './operation-outcome.ts';
import { matchedFactorOf, useVault } from './vault-wishes.ts';

/** What an enrollment was made of. */
interface EnrolledContent {
  /** Enrolled code; the caller wipes it. */
  readonly code: Uint8Array;
  readonly config: EnrollConfig;
  /** The other factor, which answered for this one. */
  readonly opened: FactorMatch | undefined;
  readonly frame?: Uint8Array | undefined;
}

/** A vault for the new factor, or its way into the one that is there. */
const openVaultFor = async (
  session: Session,
  held: HeldRecord,
  { code, config, opened }: EnrolledContent,
) => {
  const fresh = matchedFactorOf(held, config.kind === 'pin-enroll' ? 'pin' : 'face', code);
  const wishes = config.kind === 'pin-enroll' ? undefined : config.secrets;
  if (!opened) return useVault(session, held, fresh, wishes);
  const openedCode = opened.openCode();
  try {
    return await useVault(session, held, matchedFactorOf(held, opened.factor, openedCode), wishes, fresh);
  } finally {
    wipe(openedCode);
  }
};

/**
 * What an enrollment gives beyond itself, by one authentication with the code that was just enrolled: a JWT, and the
 * ticket for a client state.
 */
const afterEnrollment = async (
  session: Session,
  held: HeldRecord,
  code: Uint8Array,
  config: EnrollConfig,
): Promise<Pick<EnrollmentSuccess, 'signedJwt' | 'clientState'>> => {
  const type = config.kind === 'pin-enroll' ? undefined : config.generatingClientState;
  if (!config.jwtSigningInfo && !type) return {};
  const factor = config.kind === 'pin-enroll' ? 'pin' : 'face';
  const intent = intentOf({ jwtSigningInfo: config.jwtSigningInfo });
  const match = await matchFactor(session, held, { factor, probe: code, intent, refill: false });
  const { signedJwt } = match;
  const clientState = type
    ? await generateClientState(session, voucherOf(held, factor, match.ticket()), type, code)
    : undefined;
  return {
    ...(signedJwt === undefined ? {} : { signedJwt }),
    ...(clientState === undefined ? {} : { clientState }),
  };
};

/** Everything after the party of the new factor counts; the circuits beyond the first follow in the background. */
export const completeFactor = async (
  session: Session,
  held: HeldRecord,
  enrolled: EnrolledDevice,
  content: EnrolledContent,
): Promise<OperationOutcome<EnrollmentSuccess>> => {
  const { code, config, frame } = content;
  const keylessId = enrolled.ready.state.userId;
  wipeClientState(enrolled.ready.state);
  try {
    const secrets = await openVaultFor(session, held, content);
    const extras = await afterEnrollment(session, held, code, config);
    const result = {
      keylessId,
      ...(frame === undefined ? {} : { enrollmentFrame: frame }),
      ...extras,
      ...secrets,
    };
    return { result, background: sendRest(session, enrolled) };
  } catch (error) {
    enrolled.discardRest();
    throw error;
  }
};
