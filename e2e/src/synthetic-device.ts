import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import {
  type AuthenticatedDevice,
  authenticateDevice,
  type ClientStateStore,
  createHttpDeviceTransport,
  type DeviceTransport,
  enrollDevice,
} from '@openrecognize/clients/device';
import {
  beginAuthentication,
  deviceStatus,
  finishAuthentication,
  protocolDefaults,
} from '@openrecognize/contracts';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createWasmGarblingEngine } from '@openrecognize/garbled-circuits-wasm';
import {
  acceptReservation,
  answerReservation,
  type ClientState,
  type ClientTools,
  readyClient,
} from '@openrecognize/zkb/client';
import {
  type AuthenticationIntent,
  beginAuthenticationSigningInput,
  deviceStatusSigningInput,
  encodeUserAuthentication,
  type ReservationReference,
} from '@openrecognize/zkb/messages';
import { generateDeviceKey, nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';

export const tools: ClientTools = {
  suite: nodeCryptoSuite,
  engine: createWasmGarblingEngine(nodeAesBatch),
  random: nodeRandom,
};

/** The code with its first `count` bits flipped. */
export const atDistance = (code: Uint8Array, count: number): Uint8Array => {
  const probe = code.slice();
  for (let bit = 0; bit < count; bit++) probe[bit >> 3]! ^= 1 << (bit & 7);
  return probe;
};

const copyState = (state: ClientState): ClientState => ({
  ...state,
  chainKey: state.chainKey.slice(),
  sealKey: state.sealKey.slice(),
});

export interface EnrollSyntheticOptions {
  readonly circuitCount?: number;
  readonly externalUserId?: string;
  /** Puts something between the device and the core-daemon. */
  readonly wrapTransport?: (transport: DeviceTransport) => DeviceTransport;
}

/**
 * A device with a random code instead of a face, so that a test decides the distance. Besides whole authentications
 * it can stop between the two steps, which is where the faults are injected.
 */
export const enrollSyntheticDevice = async (
  coreDaemonUrl: string,
  mobileApiKey: string,
  options: EnrollSyntheticOptions = {},
) => {
  const http: HttpClient = createHttpClient({
    baseUrl: coreDaemonUrl,
    defaultHeaders: { 'x-api-key': mobileApiKey },
    timeoutMs: 10_000,
    connections: 256,
  });
  const { wrapTransport = (inner) => inner } = options;
  const transport = wrapTransport(createHttpDeviceTransport(http));
  const signer = generateDeviceKey();
  const code = nodeRandom(protocolDefaults.codeBits / 8);
  const { circuitCount = 10 } = options;
  const enrolled = await enrollDevice({
    transport,
    tools,
    signer,
    code,
    artifact: { family: 'synthetic', version: '1' },
    threshold: protocolDefaults.threshold,
    deviceType: 'SDK',
    deviceOrigin: 'ANDROID',
    circuitCount,
    enrollmentCircuitCount: circuitCount,
    externalUserId: options.externalUserId,
    now: Date.now,
  });
  enrolled.discardRest();
  let current = enrolled.ready.state;
  const store: ClientStateStore = {
    load: () => readyClient(copyState(current)),
    save: (client) => {
      current = copyState(client.state);
    },
  };
  const { userId, deviceId } = current;
  const publicSigningKey = bytesToBase64(signer.publicSigningKey);

  const reserve = async (): Promise<ReservationReference> => {
    const freshness = { timestampMs: Date.now(), requestNonce: nodeRandom(16) };
    const input = beginAuthenticationSigningInput({ userId, deviceId }, current.nextIndex, freshness);
    const answer = await transport.call(beginAuthentication, {
      body: {
        userId,
        deviceId,
        publicSigningKey,
        nextIndex: current.nextIndex,
        timestampMs: freshness.timestampMs,
        requestNonce: bytesToBase64(freshness.requestNonce),
        signature: bytesToBase64(signer.sign(input)),
      },
    });
    const { authenticationId, circuitIndex } = answer;
    return { authenticationId, circuitIndex, serverNonce: base64ToBytes(answer.serverNonce) };
  };

  /** Step 2 as bytes, so that a test can send it twice or change it. */
  const answer = (reservation: ReservationReference, probe: Uint8Array, intent: AuthenticationIntent) => {
    const reserved = acceptReservation(readyClient(copyState(current)), reservation);
    const { advanced, labels, signingInput } = answerReservation(tools.suite, reserved, probe, intent);
    store.save(advanced);
    const header = {
      userId,
      deviceId,
      publicSigningKey,
      circuitIndex: reservation.circuitIndex,
      serverNonce: bytesToBase64(reservation.serverNonce),
      purpose: intent.purpose,
      ...(intent.transactionData === undefined ? {} : { transactionData: intent.transactionData }),
      signature: bytesToBase64(signer.sign(signingInput)),
    };
    return encodeUserAuthentication(header, labels);
  };

  const send = (reservation: ReservationReference, message: Uint8Array) =>
    transport.call(finishAuthentication, {
      params: { authenticationId: reservation.authenticationId },
      body: message,
    });

  /** What a device asks to learn whether it still counts. */
  const readStatus = () => {
    const freshness = { timestampMs: Date.now(), requestNonce: nodeRandom(16) };
    const input = deviceStatusSigningInput({ userId, deviceId }, freshness);
    return transport.call(deviceStatus, {
      body: {
        userId,
        deviceId,
        publicSigningKey,
        timestampMs: freshness.timestampMs,
        requestNonce: bytesToBase64(freshness.requestNonce),
        signature: bytesToBase64(signer.sign(input)),
      },
    });
  };

  return {
    userId,
    deviceId,
    publicSigningKey,
    code,
    state: () => current,
    readStatus,
    reserve,
    answer,
    send,
    /** A whole authentication at a distance of that many bits, refill included. */
    authenticate: async (distanceBits = 300, refill = true): Promise<AuthenticatedDevice> => {
      const done = await authenticateDevice({
        transport,
        tools,
        signer,
        store,
        probe: atDistance(code, distanceBits),
        intent: { purpose: 'authenticate', transactionData: '{"amount":"1.00"}' },
        now: Date.now,
        refill,
      });
      await done.refillDone;
      return done;
    },
    close: () => http.close(),
  };
};

export type SyntheticDevice = Awaited<ReturnType<typeof enrollSyntheticDevice>>;
