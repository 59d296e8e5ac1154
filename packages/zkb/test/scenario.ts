import { createHash } from 'node:crypto';
import { createGarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import {
  acceptReservation,
  answerReservation,
  type ClientTools,
  completeEnrollment,
  openEnrollment,
  prepareEnrollment,
  type ReadyClient,
} from '../src/client/index.ts';
import type { AuthenticationIntent } from '../src/messages/index.ts';
import { type DeviceKey, generateDeviceKey, nodeCryptoSuite } from '../src/node/index.ts';
import { createMemoryBackend } from './memory-backend.ts';

/** SHA-256 in counter mode: the same bytes for the same seed on every machine. */
export const seededRandom = (seed: string): ((lengthBytes: number) => Uint8Array) => {
  let counter = 0;
  return (lengthBytes) => {
    const out = new Uint8Array(lengthBytes);
    for (let at = 0; at < lengthBytes; at += 32) {
      const block = createHash('sha256').update(`${seed}/${counter++}`).digest();
      out.set(block.subarray(0, Math.min(32, lengthBytes - at)), at);
    }
    return out;
  };
};

export const engine = createGarblingEngine(nodeAesBatch);
export const toolsOf = (seed: string): ClientTools => ({
  suite: nodeCryptoSuite,
  engine,
  random: seededRandom(seed),
});

/** The code with `count` bits flipped, spread over it. */
export const flipBits = (code: Uint8Array, count: number): Uint8Array => {
  const out = code.slice();
  const bits = code.length * 8;
  for (let k = 0; k < count; k++) {
    const i = (k * 97) % bits;
    out[i >> 3]! ^= 1 << (i & 7);
  }
  return out;
};

export const plainIntent: AuthenticationIntent = {
  purpose: 'authenticate',
  transactionData: '{"amount":"1"}',
};

/** An enrolled client and its backend. */
export const enrolledPair = (
  seed: string,
  options: { codeBits?: number; threshold?: number; circuits?: number; key?: DeviceKey } = {},
) => {
  const { codeBits = 128, threshold = 40, circuits = 4 } = options;
  const tools = toolsOf(seed);
  const key = options.key ?? generateDeviceKey();
  const code = tools.random(codeBits / 8);
  const prepared = prepareEnrollment(tools, {
    code,
    artifact: { family: 'test', version: '1' },
    threshold,
    publicSigningKey: key.publicSigningKey,
    circuitCount: circuits,
  });
  const backend = createMemoryBackend(engine, seededRandom(`${seed}/backend`));
  const { userId, deviceId } = prepared.state;
  backend.enroll(key.publicSigningKey, prepared);
  const open = openEnrollment(prepared, { enrollmentId: 'e', userId, deviceId });
  const client = completeEnrollment(open, { userId, deviceId });
  return { tools, key, code, prepared, backend, client, threshold, codeBits };
};

export type EnrolledPair = ReturnType<typeof enrolledPair>;

/** One honest authentication; returns the verdict and the client that goes on. */
export const authenticate = (
  pair: EnrolledPair,
  client: ReadyClient,
  probe: Uint8Array,
  intent: AuthenticationIntent = plainIntent,
) => {
  const answer = pair.backend.reserve(client.state.nextIndex);
  const reserved = acceptReservation(client, answer);
  const { advanced, labels, signingInput } = answerReservation(pair.tools.suite, reserved, probe, intent);
  const verdict = pair.backend.finish(answer, labels, intent, pair.key.sign(signingInput));
  return { verdict, advanced, answer, labels, signingInput };
};
