import { base64ToBytes } from '@openrecognize/bytes';
import {
  type AuthenticatedDevice,
  authenticateDevice,
  type DeviceTransport,
} from '@openrecognize/clients/device';
import {
  type FinishAuthenticationResponse,
  finishAuthentication,
  isRecognizeError,
} from '@openrecognize/contracts';
import { openReleasedTemplate, readyClient } from '@openrecognize/zkb/client';
import type { AuthenticationIntent } from '@openrecognize/zkb/messages';
import type { Factor } from '../device-record.ts';
import type { HeldRecord } from '../held-record.ts';
import { renumbered } from '../keyless-sdk-error.ts';
import { NativeFailure } from '../native-failure.ts';
import type { BackgroundReport } from '../operation-results.ts';
import type { Session } from '../session.ts';
import { pinArtifact } from './pin-code.ts';

export interface MatchRequest {
  readonly factor: Factor;
  /** Not modified; the caller wipes it. */
  readonly probe: Uint8Array;
  readonly intent: AuthenticationIntent;
  /** Whether used circuits are replaced behind the result. */
  readonly refill: boolean;
}

export interface FactorMatch extends Omit<AuthenticatedDevice, 'userId' | 'stock'> {
  readonly factor: Factor;
  /** Says for a short while that this device just matched (spec 08 DS-9). @throws NativeFailure 10200 without one */
  ticket(): string;
  /** The enrolled code that the match released; the caller wipes it. @throws ProtocolError SEAL_REFUSED */
  openCode(): Uint8Array;
}

type Release = Partial<Pick<FinishAuthenticationResponse, 'sealedTemplate' | 'epoch' | 'refill'>>;

/** Notes what the server releases, on its way to the protocol. */
const noteRelease = (transport: DeviceTransport, release: { value: Release }): DeviceTransport => ({
  ...transport,
  call: async (endpoint, input) => {
    const answer = await transport.call(endpoint, input);
    if ((endpoint as unknown) === finishAuthentication) release.value = answer as Release;
    return answer;
  },
});

const openCodeOf = (session: Session, held: HeldRecord, factor: Factor, release: Release): Uint8Array => {
  const { sealedTemplate, epoch } = release;
  const party = held.current[factor];
  if (sealedTemplate === undefined || epoch === undefined || !party) throw new NativeFailure(10200);
  const released = { sealedTemplate: base64ToBytes(sealedTemplate), epoch };
  return openReleasedTemplate(session.tools.suite, readyClient(party.state), released);
};

/**
 * One factor against what was enrolled (spec 04 §5.2).
 *
 * @throws RecognizeError as `authenticateDevice`; KeylessSdkError 512 for a wrong PIN.
 */
export const matchFactor = async (
  session: Session,
  held: HeldRecord,
  { factor, probe, intent, refill }: MatchRequest,
): Promise<FactorMatch> => {
  const release: { value: Release } = { value: {} };
  try {
    const authenticated = await authenticateDevice({
      ...session,
      transport: noteRelease(session.transport, release),
      signer: session.ports.crypto.importDeviceKey(held.current[factor]!.privateKey),
      store: held.stateStore(factor),
      probe,
      artifact: factor === 'pin' ? pinArtifact : session.ports.analyzer.artifact,
      intent,
      refill,
      circuitCount: session.setup.circuitCount,
    });
    session.log.write('DEBUG', 'matched', { factor, ...authenticated.timings });
    return {
      ...authenticated,
      factor,
      ticket: () => {
        const { ticket } = release.value.refill ?? {};
        if (ticket === undefined)
          throw new NativeFailure(10200, { message: 'The match came without a ticket.' });
        return ticket;
      },
      openCode: () => openCodeOf(session, held, factor, release.value),
    };
  } catch (error) {
    // A PIN is no face: 30004 would send the person to a brighter place.
    if (factor === 'pin' && isRecognizeError(error) && error.code === 'FAILED_TO_AUTHENTICATE_USER') {
      throw renumbered(error, 512, session.platform);
    }
    throw error;
  }
};

/** How the refill behind a match went. Never rejects. */
export const reportOf = async ({
  refillDone,
}: Pick<FactorMatch, 'refillDone'>): Promise<BackgroundReport> => {
  const { uploadedCircuits, stock, sendCircuitMs, failure } = await refillDone;
  return { uploadedCircuits, stock, sendCircuitMs, ...(failure ? { failure: failure.code } : {}) };
};
