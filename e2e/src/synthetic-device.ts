import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { type DeviceStatus, type DeviceTransport, readDeviceStatus } from '@openrecognize/clients/device';
import { beginAuthentication, type EndpointOutput, finishAuthentication } from '@openrecognize/contracts';
import { connectSyntheticUsers, type SyntheticUser } from '@openrecognize/synthetic-users';
import { acceptReservation, answerReservation } from '@openrecognize/zkb/client';
import {
  type AuthenticationIntent,
  beginAuthenticationSigningInput,
  encodeUserAuthentication,
  type ReservationReference,
} from '@openrecognize/zkb/messages';

export interface EnrollSyntheticOptions {
  /** 10 by default, all of them uploaded before the commit. */
  readonly circuitCount?: number;
  readonly externalUserId?: string;
  /** Puts something between the device and the core-daemon. */
  readonly wrapTransport?: (transport: DeviceTransport) => DeviceTransport;
}

/**
 * The device of a synthetic user, which can stop between the two steps of an authentication: that is where the faults
 * are injected.
 */
export interface SyntheticDevice {
  readonly userId: string;
  readonly deviceId: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicSigningKey: string;
  /** The enrolled code. */
  readonly code: Uint8Array;
  /** The client state as it is now. */
  state(): SyntheticUser['device']['store']['current'];
  /** What a device asks to learn whether it still counts. */
  readStatus(): Promise<DeviceStatus>;
  /** Step 1. */
  reserve(): Promise<ReservationReference>;
  /** Step 2 as bytes, so that a test can send it twice or change it. The advanced state is saved. */
  answer(reservation: ReservationReference, probe: Uint8Array, intent: AuthenticationIntent): Uint8Array;
  send(
    reservation: ReservationReference,
    message: Uint8Array,
  ): Promise<EndpointOutput<typeof finishAuthentication>>;
  /** A whole authentication at a distance of that many bits, 300 by default; unless told otherwise with its refill. */
  authenticate(distanceBits?: number, refill?: boolean): ReturnType<SyntheticUser['authenticate']>;
  close(): Promise<void>;
}

const stepsOf = ({ userId, deviceId, device }: SyntheticUser) => {
  const { transport, tools, signer, store } = device;
  const publicSigningKey = bytesToBase64(signer.publicSigningKey);
  const identity = { userId, deviceId, publicSigningKey };

  const reserve = async (): Promise<ReservationReference> => {
    const freshness = { timestampMs: Date.now(), requestNonce: tools.random(16) };
    const { nextIndex } = store.current;
    const input = beginAuthenticationSigningInput({ userId, deviceId }, nextIndex, freshness);
    const { authenticationId, circuitIndex, serverNonce } = await transport.call(beginAuthentication, {
      body: {
        ...identity,
        nextIndex,
        timestampMs: freshness.timestampMs,
        requestNonce: bytesToBase64(freshness.requestNonce),
        signature: bytesToBase64(signer.sign(input)),
      },
    });
    return { authenticationId, circuitIndex, serverNonce: base64ToBytes(serverNonce) };
  };

  const answer: SyntheticDevice['answer'] = (reservation, probe, intent) => {
    const reserved = acceptReservation(store.load(), reservation);
    const { advanced, labels, signingInput } = answerReservation(tools.suite, reserved, probe, intent);
    store.save(advanced);
    const header = {
      ...identity,
      circuitIndex: reservation.circuitIndex,
      serverNonce: bytesToBase64(reservation.serverNonce),
      purpose: intent.purpose,
      ...(intent.transactionData === undefined ? {} : { transactionData: intent.transactionData }),
      signature: bytesToBase64(signer.sign(signingInput)),
    };
    return encodeUserAuthentication(header, labels);
  };

  const send: SyntheticDevice['send'] = ({ authenticationId }, body) =>
    transport.call(finishAuthentication, { params: { authenticationId }, body });

  return { ...identity, reserve, answer, send };
};

/** Enrolls a device with a random code instead of a face, so that a test decides the distance. */
export const enrollSyntheticDevice = async (
  coreDaemonUrl: string,
  mobileApiKey: string,
  { circuitCount = 10, externalUserId, wrapTransport }: EnrollSyntheticOptions = {},
): Promise<SyntheticDevice> => {
  const users = connectSyntheticUsers({
    coreDaemonUrl,
    mobileApiKey,
    timeoutMs: 10_000,
    connections: 256,
    ...(wrapTransport === undefined ? {} : { wrapTransport }),
  });
  const user = await users.enroll({
    circuitCount,
    enrollmentCircuitCount: circuitCount,
    ...(externalUserId === undefined ? {} : { externalUserId }),
  });
  const { transport, tools, signer, code, store } = user.device;
  return {
    ...stepsOf(user),
    code,
    state: () => store.current,
    readStatus: () =>
      readDeviceStatus({ transport, random: tools.random, signer, device: user, now: Date.now }),
    authenticate: (distanceBits = 300, refill = true) =>
      user.authenticate({ distanceBits, refill, transactionData: '{"amount":"1.00"}' }),
    close: () => users.close(),
  };
};
