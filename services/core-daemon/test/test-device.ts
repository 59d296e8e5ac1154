import { randomBytes } from 'node:crypto';
import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import type {
  BeginAuthenticationRequest,
  BeginEnrollmentRequest,
  FinishAuthenticationHeader,
} from '@openrecognize/contracts';
import { createGarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import {
  acceptReservation,
  answerReservation,
  type ClientTools,
  garbleCircuits,
  prepareEnrollment,
  type ReadyClient,
  readyClient,
} from '@openrecognize/zkb/client';
import {
  type AuthenticationIntent,
  beginAuthenticationSigningInput,
  beginEnrollmentSigningInput,
  commitEnrollmentSigningInput,
  deviceStatusSigningInput,
  encodeCircuitBatch,
  encodeUserAuthentication,
  uploadCircuitsSigningInput,
  userAuthenticationSigningInput,
} from '@openrecognize/zkb/messages';
import { generateDeviceKey, nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';

export const codeBits = 128;
export const threshold = 40;

const engine = createGarblingEngine(nodeAesBatch);
const tools: ClientTools = { suite: nodeCryptoSuite, engine, random: nodeRandom };

/** The code with the first `distance` bits flipped. */
export const atDistance = (code: Uint8Array, distance: number): Uint8Array => {
  const probe = code.slice();
  for (let bit = 0; bit < distance; bit++) probe[bit >> 3]! ^= 1 << (bit & 7);
  return probe;
};

/** What a reservation's answer names. */
interface Reservation {
  readonly authenticationId: string;
  readonly circuitIndex: number;
  readonly serverNonce: string;
}

/** The client side of the protocol: makes messages, sends nothing. */
export const createTestDevice = (now: () => number, circuitCount = 3) => {
  const key = generateDeviceKey();
  const code = new Uint8Array(randomBytes(codeBits / 8));
  const artifact = { family: 'test', version: '1' };
  const { publicSigningKey: spki } = key;
  const prepared = prepareEnrollment(tools, {
    code,
    artifact,
    threshold,
    publicSigningKey: spki,
    circuitCount,
  });
  let client: ReadyClient = readyClient(prepared.state);
  const publicSigningKey = bytesToBase64(spki);
  const { userId, deviceId } = prepared.state;
  const signed = (inputOf: (freshness: { timestampMs: number; requestNonce: Uint8Array }) => Uint8Array) => {
    const freshness = { timestampMs: now(), requestNonce: nodeRandom(16) };
    return {
      timestampMs: freshness.timestampMs,
      requestNonce: bytesToBase64(freshness.requestNonce),
      signature: bytesToBase64(key.sign(inputOf(freshness))),
    };
  };
  const identity = { userId, deviceId, publicSigningKey };

  return {
    code,
    ...identity,
    sign: (input: Uint8Array) => bytesToBase64(key.sign(input)),
    nextIndex: () => client.state.nextIndex,

    beginEnrollment(changes: Partial<BeginEnrollmentRequest> = {}) {
      const description = {
        publicSigningKey,
        deviceType: 'SDK' as const,
        deviceOrigin: 'IOS' as const,
        artifact,
        codeBits,
        threshold,
        epoch: 0,
        sealedTemplate: bytesToBase64(prepared.sealedTemplate),
        ...changes,
      };
      const content = {
        ...description,
        publicSigningKey: spki,
        sealedTemplate: base64ToBytes(description.sealedTemplate),
        artifactFamily: description.artifact.family,
        artifactVersion: description.artifact.version,
        operationId: changes.operationInfo?.operationId,
        operationPayload: changes.operationInfo?.payload,
      };
      return {
        ...description,
        ...signed((freshness) => beginEnrollmentSigningInput(nodeCryptoSuite, content, freshness)),
      };
    },

    enrollmentUpload(enrollmentId: string) {
      const batch = encodeCircuitBatch({ circuits: prepared.circuits });
      const input = uploadCircuitsSigningInput(nodeCryptoSuite, enrollmentId, batch);
      return { enrollmentId, batch, signature: bytesToBase64(key.sign(input)) };
    },

    commit: (enrollmentId: string) =>
      signed((freshness) => commitEnrollmentSigningInput(enrollmentId, freshness)),

    status: () => ({ ...identity, ...signed((freshness) => deviceStatusSigningInput(identity, freshness)) }),

    begin(): BeginAuthenticationRequest {
      const { nextIndex } = client.state;
      const freshness = signed((fresh) => beginAuthenticationSigningInput(identity, nextIndex, fresh));
      return { ...identity, nextIndex, ...freshness };
    },

    /** Step 2; the labels can be altered before or after they are signed. */
    finish(
      reservation: Reservation,
      probe: Uint8Array,
      intent: Partial<AuthenticationIntent> = {},
      tamper: {
        readonly header?: Partial<FinishAuthenticationHeader>;
        readonly labels?: (labels: Uint8Array) => void;
      } = {},
    ) {
      const { authenticationId, circuitIndex, serverNonce } = reservation;
      const reference = { authenticationId, circuitIndex, serverNonce: base64ToBytes(serverNonce) };
      const whole = { purpose: 'authenticate' as const, ...intent };
      const answered = answerReservation(nodeCryptoSuite, acceptReservation(client, reference), probe, whole);
      client = answered.advanced;
      const { operationId, operationPayload, operationExternalUserId: _, ...agreed } = whole;
      const header: FinishAuthenticationHeader = {
        ...identity,
        circuitIndex,
        serverNonce,
        purpose: agreed.purpose,
        ...(agreed.transactionData === undefined ? {} : { transactionData: agreed.transactionData }),
        ...(agreed.audience === undefined ? {} : { audience: agreed.audience }),
        ...(operationId === undefined
          ? {}
          : {
              operationInfo: {
                operationId,
                ...(operationPayload === undefined ? {} : { payload: operationPayload }),
              },
            }),
        signature: bytesToBase64(key.sign(answered.signingInput)),
        ...tamper.header,
      };
      tamper.labels?.(answered.labels);
      return { authenticationId, message: encodeUserAuthentication(header, answered.labels) };
    },

    /** Step 2 with labels of one's own making, properly signed. */
    finishWith(reservation: Reservation, labels: Uint8Array) {
      const { authenticationId, circuitIndex, serverNonce } = reservation;
      const reference = { authenticationId, circuitIndex, serverNonce: base64ToBytes(serverNonce) };
      const purpose = 'authenticate';
      const input = userAuthenticationSigningInput(nodeCryptoSuite, identity, reference, labels, { purpose });
      const signature = bytesToBase64(key.sign(input));
      const header = { ...identity, circuitIndex, serverNonce, purpose, signature };
      return { authenticationId, message: encodeUserAuthentication(header, labels) };
    },

    /** Replacement circuits, as after a match. */
    refill(fromIndex: number, count: number): Uint8Array {
      const garbled = garbleCircuits(tools, client.state, code, fromIndex, count);
      client = readyClient(garbled.state);
      return encodeCircuitBatch({ circuits: garbled.circuits });
    },
  };
};

export type TestDevice = ReturnType<typeof createTestDevice>;
