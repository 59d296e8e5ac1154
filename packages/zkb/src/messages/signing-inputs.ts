import { utf8ToBytes } from '@openrecognize/bytes';
import type { CryptoSuite } from '../suite/crypto-suite.ts';
import { encodeTranscript, u32Field, u64Field } from './transcript.ts';

/** Freshness of a signed request: milliseconds since the epoch and 16 random bytes. */
export interface RequestFreshness {
  readonly timestampMs: number;
  readonly requestNonce: Uint8Array;
}

/** What a device commits to when it opens an enrollment. */
export interface EnrollmentContent {
  readonly publicSigningKey: Uint8Array;
  readonly deviceType: string;
  readonly deviceOrigin: string;
  readonly artifactFamily: string;
  readonly artifactVersion: string;
  readonly codeBits: number;
  readonly threshold: number;
  readonly epoch: number;
  readonly sealedTemplate: Uint8Array;
  readonly externalUserId?: string | undefined;
  readonly operationId?: string | undefined;
  readonly operationPayload?: string | undefined;
}

/** Texts of any length go into a tuple as their hash, so that what is signed stays short. */
const textHash = (suite: CryptoSuite, text: string | undefined): Uint8Array | undefined =>
  text === undefined ? undefined : suite.sha256(utf8ToBytes(text));

/** spec 04 §4.3, tuple "begin-enrollment". */
export const beginEnrollmentSigningInput = (
  suite: CryptoSuite,
  content: EnrollmentContent,
  freshness: RequestFreshness,
): Uint8Array =>
  encodeTranscript('begin-enrollment', [
    content.publicSigningKey,
    content.deviceType,
    content.deviceOrigin,
    content.artifactFamily,
    content.artifactVersion,
    u32Field(content.codeBits),
    u32Field(content.threshold),
    u32Field(content.epoch),
    suite.sha256(content.sealedTemplate),
    content.externalUserId,
    content.operationId,
    textHash(suite, content.operationPayload),
    u64Field(freshness.timestampMs),
    freshness.requestNonce,
  ]);

/** spec 04 §4.3, tuple "upload-circuits": the batch exactly as sent. */
export const uploadCircuitsSigningInput = (
  suite: CryptoSuite,
  enrollmentId: string,
  batch: Uint8Array,
): Uint8Array => encodeTranscript('upload-circuits', [enrollmentId, suite.sha256(batch)]);

/** spec 04 §4.3, tuple "commit-enrollment". */
export const commitEnrollmentSigningInput = (enrollmentId: string, freshness: RequestFreshness): Uint8Array =>
  encodeTranscript('commit-enrollment', [
    enrollmentId,
    u64Field(freshness.timestampMs),
    freshness.requestNonce,
  ]);

/** Names one device of one user. */
export interface DeviceReference {
  readonly userId: string;
  readonly deviceId: string;
}

/** spec 04 §4.3, tuple "begin-authentication". */
export const beginAuthenticationSigningInput = (
  device: DeviceReference,
  nextIndex: number,
  freshness: RequestFreshness,
): Uint8Array =>
  encodeTranscript('begin-authentication', [
    device.userId,
    device.deviceId,
    u32Field(nextIndex),
    u64Field(freshness.timestampMs),
    freshness.requestNonce,
  ]);

/** spec 04 §4.3, tuple "device-status". */
export const deviceStatusSigningInput = (device: DeviceReference, freshness: RequestFreshness): Uint8Array =>
  encodeTranscript('device-status', [
    device.userId,
    device.deviceId,
    u64Field(freshness.timestampMs),
    freshness.requestNonce,
  ]);

/** What the person agrees to with this one face. */
export interface AuthenticationIntent {
  readonly purpose: 'authenticate' | 'de-enroll';
  readonly transactionData?: string | undefined;
  readonly audience?: string | undefined;
  readonly operationId?: string | undefined;
  readonly operationPayload?: string | undefined;
  readonly operationExternalUserId?: string | undefined;
}

/** The reservation a step 2 message answers. */
export interface ReservationReference {
  readonly authenticationId: string;
  readonly circuitIndex: number;
  readonly serverNonce: Uint8Array;
}

/** spec 04 §4.3, tuple "user-authentication" (ZK-6): binds labels, reservation and intent to one another. */
export const userAuthenticationSigningInput = (
  suite: CryptoSuite,
  device: DeviceReference,
  reservation: ReservationReference,
  labels: Uint8Array,
  intent: AuthenticationIntent,
): Uint8Array =>
  encodeTranscript('user-authentication', [
    device.userId,
    device.deviceId,
    reservation.authenticationId,
    u32Field(reservation.circuitIndex),
    reservation.serverNonce,
    suite.sha256(labels),
    intent.purpose,
    textHash(suite, intent.transactionData),
    intent.audience,
    intent.operationId,
    textHash(suite, intent.operationPayload),
    intent.operationExternalUserId,
  ]);
