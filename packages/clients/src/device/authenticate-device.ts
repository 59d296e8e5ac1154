import { base64ToBytes, bytesToBase64, wipe } from '@openrecognize/bytes';
import {
  beginAuthentication,
  type FinishAuthenticationResponse,
  finishAuthentication,
  isRecognizeError,
  RecognizeError,
} from '@openrecognize/contracts';
import {
  type AnsweredReservation,
  type ArtifactReference,
  acceptReservation,
  answerReservation,
  type ClientTools,
  type ReadyClient,
  wipeClientState,
} from '@openrecognize/zkb/client';
import {
  type AuthenticationIntent,
  beginAuthenticationSigningInput,
  encodeUserAuthentication,
  type ReservationReference,
} from '@openrecognize/zkb/messages';
import { callIdempotently } from './call-idempotently.ts';
import { deviceFailure } from './device-failure.ts';
import type { Clock, DeviceSigner, DeviceTransport, Wait } from './device-transport.ts';
import { type RefillOutcome, refillDevice } from './refill-device.ts';
import { signRequest } from './signed-request.ts';

/** Where a client party's state rests between sessions. */
export interface ClientStateStore {
  /** A copy of its own for the flow, which wipes it. */
  load(): ReadyClient | Promise<ReadyClient>;
  /** Durable once it resolves. Copies or encodes the bytes before; when it rejects, nothing leaves. */
  save(state: ReadyClient): void | Promise<void>;
}

export interface AuthenticateDeviceOptions {
  readonly transport: DeviceTransport;
  readonly tools: ClientTools;
  readonly signer: DeviceSigner;
  readonly store: ClientStateStore;
  /** Probe code; not modified, not retained: the caller wipes it. */
  readonly probe: Uint8Array;
  /** Model that made the probe; refused if the device enrolled with another. */
  readonly artifact?: ArtifactReference | undefined;
  readonly intent: AuthenticationIntent;
  readonly now: Clock;
  readonly wait?: Wait | undefined;
  /** Whether to replace used circuits after a match. */
  readonly refill: boolean;
  /** Circuits the server is to hold after that, 25 by default; one with a lower target takes fewer. */
  readonly circuitCount?: number | undefined;
}

/** A match. */
export interface AuthenticatedDevice {
  readonly userId: string;
  readonly signedJwt?: string;
  /** Circuits the server holds before the refill. */
  readonly stock: number;
  /** Never rejects. Until it settles the flow may still call `store.save`: start no other flow on that store. */
  readonly refillDone: Promise<RefillOutcome>;
  readonly timings: { readonly deviceAuthMs: number; readonly userAuthMs: number };
}

/** The reserved circuit can't be used, through no fault of the person: another one may. */
const circuitLostCodes: ReadonlySet<string> = new Set([
  'RESERVATION_EXPIRED',
  'NO_SUCH_CIRCUIT_ID',
  'CIRCUIT_CORRUPT',
]);

const reserveCircuit = async (options: AuthenticateDeviceOptions, client: ReadyClient) => {
  const { transport, tools, signer, now, wait } = options;
  const { userId, deviceId, nextIndex } = client.state;
  const signed = await signRequest(signer, tools.random, now, (freshness) =>
    beginAuthenticationSigningInput({ userId, deviceId }, nextIndex, freshness),
  );
  const publicSigningKey = bytesToBase64(signer.publicSigningKey);
  const body = { userId, deviceId, publicSigningKey, nextIndex, ...signed };
  return callIdempotently(transport, beginAuthentication, { body }, wait);
};

const operationInfoOf = (intent: AuthenticationIntent) => {
  const { operationId, operationPayload, operationExternalUserId } = intent;
  if (operationId === undefined) return {};
  return {
    operationInfo: {
      operationId,
      ...(operationPayload === undefined ? {} : { payload: operationPayload }),
      ...(operationExternalUserId === undefined ? {} : { externalUserId: operationExternalUserId }),
    },
  };
};

/** Sends step 2 exactly once: a lost answer is not repeated here, since only the server knows if it counted. */
const sendAnswer = async (
  options: AuthenticateDeviceOptions,
  reservation: ReservationReference,
  answered: AnsweredReservation,
): Promise<FinishAuthenticationResponse> => {
  const { signer, intent, transport } = options;
  const { userId, deviceId } = answered.advanced.state;
  const signature = await signer.sign(answered.signingInput);
  const header = {
    userId,
    deviceId,
    publicSigningKey: bytesToBase64(signer.publicSigningKey),
    circuitIndex: reservation.circuitIndex,
    serverNonce: bytesToBase64(reservation.serverNonce),
    purpose: intent.purpose,
    ...(intent.transactionData === undefined ? {} : { transactionData: intent.transactionData }),
    ...(intent.audience === undefined ? {} : { audience: intent.audience }),
    ...operationInfoOf(intent),
    signature: bytesToBase64(signature),
  };
  const message = encodeUserAuthentication(header, answered.labels);
  try {
    const params = { authenticationId: reservation.authenticationId };
    return await transport.call(finishAuthentication, { params, body: message });
  } finally {
    wipe(message);
  }
};

/** One circuit, one try. `held.client` always is the newest state, whatever happens. */
const attempt = async (options: AuthenticateDeviceOptions, held: { client: ReadyClient }) => {
  const { tools, store, probe, intent, now } = options;
  const startMs = now();
  const offer = await reserveCircuit(options, held.client);
  const deviceAuthMs = now() - startMs;
  const reservation = {
    authenticationId: offer.authenticationId,
    circuitIndex: offer.circuitIndex,
    serverNonce: base64ToBytes(offer.serverNonce),
  };
  const previous = held.client;
  const answered = answerReservation(tools.suite, acceptReservation(previous, reservation), probe, intent);
  try {
    // ZK-3: the advanced index is durable before a label leaves.
    await store.save(answered.advanced);
    held.client = answered.advanced;
    wipe(previous.state.chainKey);
    const sentMs = now();
    const answer = await sendAnswer(options, reservation, answered);
    if (answer.userId !== previous.state.userId) throw new RecognizeError('PROTOCOL_INVALID_MESSAGE');
    return { answer, timings: { deviceAuthMs, userAuthMs: now() - sentMs } };
  } finally {
    wipe(answered.labels);
    // The seal key is shared with the state before; only the chain key of an unsaved advance is garbage.
    if (held.client !== answered.advanced) wipe(answered.advanced.state.chainKey);
  }
};

const attemptTwice = async (options: AuthenticateDeviceOptions, held: { client: ReadyClient }) => {
  try {
    return await attempt(options, held);
  } catch (error) {
    if (!isRecognizeError(error) || !circuitLostCodes.has(error.code)) throw error;
    return attempt(options, held);
  }
};

const checkArtifact = (enrolled: ArtifactReference, probe: ArtifactReference | undefined): void => {
  if (!probe || (probe.family === enrolled.family && probe.version === enrolled.version)) return;
  throw new RecognizeError('ARTIFACT_MISMATCH');
};

/**
 * Authenticates a device with a probe (spec 04 §5.2): device auth, answer with labels, and after a match the
 * refill, in the background. No index is ever answered twice: the advanced state is saved before its labels leave,
 * and a lost circuit is replaced by another one (once), never asked for again.
 *
 * @throws RecognizeError FAILED_TO_AUTHENTICATE_USER with `remainingAttempts` for another face, LOCKED_OUT with
 * `lockoutRemainingSeconds`, NOT_ENOUGH_CIRCUITS, ARTIFACT_MISMATCH, USER_NOT_FOUND, DEVICE_NOT_FOUND;
 * NET_CONNECTION_FAILED or SERVICE_* when the verdict did not arrive. What `store` throws passes through.
 */
export const authenticateDevice = async (
  options: AuthenticateDeviceOptions,
): Promise<AuthenticatedDevice> => {
  const held = { client: await options.store.load() };
  try {
    checkArtifact(held.client.state.artifact, options.artifact);
    const { answer, timings } = await attemptTwice(options, held);
    const { client } = held;
    const { transport, tools, now, wait, circuitCount } = options;
    const save = (state: ReadyClient) => options.store.save(state);
    const refilled = options.refill
      ? refillDevice({ transport, tools, save, now, wait, circuitCount }, client, answer)
      : Promise.resolve({ uploadedCircuits: 0, stock: answer.stock, garbleMs: 0, sendCircuitMs: 0 });
    return {
      userId: answer.userId,
      ...(answer.signedJwt === undefined ? {} : { signedJwt: answer.signedJwt }),
      stock: answer.stock,
      refillDone: refilled.finally(() => wipeClientState(client.state)),
      timings,
    };
  } catch (error) {
    wipeClientState(held.client.state);
    throw deviceFailure(error);
  }
};
