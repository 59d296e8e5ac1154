import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import type { DeviceSigner, DeviceTransport } from '@openrecognize/clients/device';
import {
  type BeginEnrollmentRequest,
  beginEnrollment,
  beginFurtherDevice,
  isRecognizeError,
  RecognizeError,
  removeDevice,
} from '@openrecognize/contracts';
import { addDeviceSigningInput, removeDeviceSigningInput } from '@openrecognize/zkb/messages';
import type { Factor, FactorRecord } from '../device-record.ts';
import type { HeldRecord } from '../held-record.ts';
import type { Session } from '../session.ts';

/** A device of the user that just matched, and so may answer for another one. */
export interface Voucher {
  /** As it is now: a refill in the background replaces it. */
  readonly party: FactorRecord;
  readonly ticket: string;
}

export const voucherOf = (held: HeldRecord, factor: Factor, ticket: string): Voucher => ({
  get party() {
    return held.current[factor]!;
  },
  ticket,
});

const memberOf = async (
  session: Session,
  { party, ticket }: Voucher,
  request: BeginEnrollmentRequest,
): Promise<{ member: object }> => {
  const signer: DeviceSigner = session.ports.crypto.importDeviceKey(party.privateKey);
  const { userId, deviceId } = party.state;
  const change = {
    userId,
    deviceId,
    otherPublicSigningKey: base64ToBytes(request.publicSigningKey),
    ticket,
  };
  const freshness = {
    timestampMs: request.timestampMs,
    requestNonce: base64ToBytes(request.requestNonce),
  };
  const signature = await signer.sign(addDeviceSigningInput(session.tools.suite, change, freshness));
  const publicSigningKey = bytesToBase64(signer.publicSigningKey);
  return { member: { userId, deviceId, publicSigningKey, ticket, signature: bytesToBase64(signature) } };
};

/** The device protocol, with a voucher beside the first message of the enrollment (spec 08 §6). */
export const vouchingTransport = (session: Session, voucher: Voucher): DeviceTransport => ({
  ...session.transport,
  call: async (endpoint, input) => {
    if ((endpoint as unknown) !== beginEnrollment) return session.transport.call(endpoint, input);
    const { body } = input as unknown as { readonly body: BeginEnrollmentRequest };
    const vouched = { body: { ...body, ...(await memberOf(session, voucher, body)) } };
    return session.transport.call(beginFurtherDevice, vouched as never) as never;
  },
});

/** Removes another device of the user. @throws RecognizeError DEVICE_NOT_FOUND, TICKET_INVALID and others */
export const revokeDevice = async (
  session: Session,
  { party, ticket }: Voucher,
  removedPublicSigningKey: string,
): Promise<void> => {
  const { tools, ports, now, transport } = session;
  const signer = ports.crypto.importDeviceKey(party.privateKey);
  const { userId, deviceId } = party.state;
  const freshness = { timestampMs: Math.floor(now()), requestNonce: tools.random(16) };
  const otherPublicSigningKey = base64ToBytes(removedPublicSigningKey);
  const change = { userId, deviceId, otherPublicSigningKey, ticket };
  const signature = await signer.sign(removeDeviceSigningInput(tools.suite, change, freshness));
  await transport.call(removeDevice, {
    body: {
      userId,
      deviceId,
      publicSigningKey: bytesToBase64(signer.publicSigningKey),
      ticket,
      removedPublicSigningKey,
      timestampMs: freshness.timestampMs,
      requestNonce: bytesToBase64(freshness.requestNonce),
      signature: bytesToBase64(signature),
    },
  });
};

/** A server that does not know the way, or not the kind of code, has the method switched off. */
const unsupportedCodes: ReadonlySet<string> = new Set([
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'ARTIFACT_MISMATCH',
]);

/** What a failed change of the PIN means. */
export const pinFailure = (error: unknown): unknown =>
  isRecognizeError(error) && unsupportedCodes.has(error.code)
    ? new RecognizeError('AUTH_METHOD_NOT_ENABLED', { cause: error })
    : error;
