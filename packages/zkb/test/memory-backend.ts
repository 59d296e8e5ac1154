// A backend of Maps around zkb/server: no sockets, no clock. The tests attack it the way a network would.

import type { GarblingEngine } from '@openrecognize/garbled-circuits';
import { decodeHammingPayload } from '@openrecognize/garbled-circuits';
import type { PreparedEnrollment } from '../src/client/index.ts';
import {
  type AuthenticationIntent,
  deriveDeviceId,
  encodeCircuitBatch,
  matchTokenOf,
} from '../src/messages/index.ts';
import { nodeCryptoSuite as suite, verifyDeviceSignatureBytes } from '../src/node/index.ts';
import {
  attemptAdmitted,
  checkUpload,
  circuitConsumed,
  claimAuthentication,
  evaluateConsumed,
  signatureAccepted,
} from '../src/server/index.ts';

interface StoredCircuit {
  payload: Uint8Array;
  sha256: Uint8Array;
  state: 'ready' | 'reserved' | 'consumed';
  serverNonce?: Uint8Array;
}

export interface Answer {
  readonly authenticationId: string;
  readonly circuitIndex: number;
  readonly serverNonce: Uint8Array;
}

export type Verdict =
  | { readonly result: 'match'; readonly sealedTemplate: Uint8Array; readonly epoch: number }
  | { readonly result: 'no-match' };

/** Refusals carry a word the tests compare. */
export class Refusal extends Error {}

export const createMemoryBackend = (engine: GarblingEngine, random: (n: number) => Uint8Array) => {
  const circuits = new Map<number, StoredCircuit>();
  const tokens = new Map<number, Uint8Array>();
  let enrolled: { publicSigningKey: Uint8Array; prepared: PreparedEnrollment } | undefined;
  let counter = 0;

  const store = (batchBytes: Uint8Array): void => {
    if (!enrolled) throw new Refusal('not enrolled');
    const { codeBits, threshold } = enrolled.prepared.state;
    const upload = checkUpload(batchBytes, { codeBits, threshold }, decodeHammingPayload);
    for (const { circuitIndex, payload } of upload.batch.circuits) {
      if (circuits.has(circuitIndex)) throw new Refusal('index stored before');
      circuits.set(circuitIndex, { payload: payload.slice(), sha256: suite.sha256(payload), state: 'ready' });
    }
    for (const { circuitIndex, tokenHash } of upload.tokens) tokens.set(circuitIndex, tokenHash.slice());
  };

  return {
    circuits,
    tokens,
    store,
    enroll: (publicSigningKey: Uint8Array, prepared: PreparedEnrollment): void => {
      enrolled = { publicSigningKey, prepared };
      store(encodeCircuitBatch({ circuits: prepared.circuits }));
    },
    reserve: (nextIndex: number): Answer => {
      const index = [...circuits.keys()]
        .sort((a, b) => a - b)
        .find((i) => i >= nextIndex && circuits.get(i)?.state === 'ready');
      if (index === undefined) throw new Refusal('no circuits');
      const serverNonce = random(32);
      Object.assign(circuits.get(index)!, { state: 'reserved', serverNonce });
      return { authenticationId: `a${counter++}`, circuitIndex: index, serverNonce };
    },
    finish: (
      answer: Answer,
      labels: Uint8Array,
      intent: AuthenticationIntent,
      signature: Uint8Array,
    ): Verdict => {
      const { publicSigningKey, prepared } = enrolled!;
      const { userId, codeBits, threshold } = prepared.state;
      const device = { userId, deviceId: deriveDeviceId(suite, publicSigningKey) };
      const claim = claimAuthentication(suite, device, answer, intent, labels);
      if (!verifyDeviceSignatureBytes(publicSigningKey, claim.signingInput, signature)) {
        throw new Refusal('signature');
      }
      const admitted = attemptAdmitted(signatureAccepted(claim), { codeBits, threshold });
      const circuit = circuits.get(answer.circuitIndex);
      if (circuit?.state !== 'reserved') throw new Refusal('not reserved');
      if (Buffer.compare(circuit.serverNonce!, answer.serverNonce) !== 0) throw new Refusal('nonce');
      circuit.state = 'consumed';
      const consumed = circuitConsumed(admitted, circuit.sha256);
      const { outputLabel } = evaluateConsumed(
        suite,
        engine,
        decodeHammingPayload,
        consumed,
        circuit.payload,
      );
      const token = tokens.get(answer.circuitIndex);
      tokens.delete(answer.circuitIndex);
      if (!token) throw new Refusal('no token');
      if (Buffer.compare(matchTokenOf(suite, outputLabel), token) !== 0) return { result: 'no-match' };
      return { result: 'match', sealedTemplate: prepared.sealedTemplate, epoch: prepared.state.epoch };
    },
  };
};
