import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { AuthenticationIntent } from '@openrecognize/zkb/messages';
import type { HeldRecord } from '../held-record.ts';
import type { CaptureSettings } from '../operation-configs.ts';
import type { CaptureScreen } from '../ports/camera-port.ts';
import type { Session } from '../session.ts';
import { captureFace } from './capture-face.ts';
import { type FactorMatch, matchFactor } from './match-factor.ts';
import { pinCodeOf } from './pin-code.ts';
import { hasFactor } from './settled-record.ts';

/** A match and what its capture gave. */
export interface LiveMatch extends FactorMatch {
  readonly captureMs: number;
  readonly analysisMs: number;
  readonly firstImage?: Uint8Array;
}

export interface FaceWish {
  readonly settings: CaptureSettings;
  readonly screen?: CaptureScreen;
  readonly keepFirstImage?: boolean;
}

/** A live face against the enrolled one. @throws RecognizeError AUTH_METHOD_NOT_ENABLED without an enrolled face */
export const matchFace = async (
  session: Session,
  held: HeldRecord,
  intent: AuthenticationIntent,
  wish: FaceWish,
  refill: boolean,
): Promise<LiveMatch> => {
  const party = held.current.face;
  if (!party || party.phase === 'open') throw new RecognizeError('AUTH_METHOD_NOT_ENABLED');
  const purpose = party.phase === 'activating' ? 'enroll' : intent.purpose;
  const face = await captureFace(session, { ...wish, purpose });
  const { captureMs, analysisMs, firstImage } = face;
  try {
    const match = await matchFactor(session, held, { factor: 'face', probe: face.code, intent, refill });
    return { ...match, captureMs, analysisMs, ...(firstImage === undefined ? {} : { firstImage }) };
  } finally {
    wipe(face.code);
  }
};

/** @throws RecognizeError AUTH_METHOD_NOT_ENABLED without a PIN; KeylessSdkError 512 for a wrong one */
export const matchPin = async (
  session: Session,
  held: HeldRecord,
  intent: AuthenticationIntent,
  pin: string,
  refill: boolean,
): Promise<LiveMatch> => {
  const { pinSecret } = held.current;
  if (!hasFactor(held.current, 'pin') || !pinSecret) throw new RecognizeError('AUTH_METHOD_NOT_ENABLED');
  const startMs = session.now();
  const probe = await pinCodeOf(session, pin, pinSecret);
  const analysisMs = session.now() - startMs;
  try {
    const match = await matchFactor(session, held, { factor: 'pin', probe, intent, refill });
    return { ...match, captureMs: 0, analysisMs };
  } finally {
    wipe(probe);
  }
};
