import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { hexToBytes } from '@openrecognize/bytes';
import { expect, it } from 'vitest';
import {
  acceptReservation,
  answerReservation,
  encodeClientState,
  garbleCircuits,
  prepareEnrollment,
  readyClient,
} from '../src/client/index.ts';
import { encodeCircuitBatch } from '../src/messages/index.ts';
import { flipBits, plainIntent, toolsOf } from './scenario.ts';

const file = new URL('../../../spec/vectors/zkb-transcript.json', import.meta.url);
const vectors = JSON.parse(readFileSync(new URL('../../../spec/vectors/zkb.json', import.meta.url), 'utf8'));
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const seededTranscript = (): Record<string, string> => {
  const tools = toolsOf('transcript');
  const code = tools.random(256);
  const prepared = prepareEnrollment(tools, {
    code,
    artifact: { family: 'transcript', version: '1' },
    threshold: 744,
    publicSigningKey: hexToBytes(vectors.identifiers.spki),
    circuitCount: 3,
  });
  const reserved = acceptReservation(readyClient(prepared.state), {
    authenticationId: '01234567-89ab-cdef-0123-456789abcdef',
    circuitIndex: 1,
    serverNonce: tools.random(32),
  });
  const answered = answerReservation(tools.suite, reserved, flipBits(code, 300), plainIntent);
  const refill = garbleCircuits(tools, answered.advanced.state, code, 0, 2);
  const privateKey = new Uint8Array(4);
  return {
    sealedTemplate: digest(prepared.sealedTemplate),
    enrollmentBatch: digest(encodeCircuitBatch({ circuits: prepared.circuits })),
    stateAfterEnrollment: digest(encodeClientState({ state: prepared.state, privateKey })),
    labels: digest(answered.labels),
    userAuthenticationSigningInput: digest(answered.signingInput),
    stateAfterAnswer: digest(encodeClientState({ state: answered.advanced.state, privateKey })),
    refillBatch: digest(encodeCircuitBatch({ circuits: refill.circuits })),
    stateAfterRefill: digest(encodeClientState({ state: refill.state, privateKey })),
  };
};

it('a seeded session is the same on the wire, byte for byte, after every refactoring', () => {
  const transcript = seededTranscript();
  if (process.env['UPDATE_VECTORS']) {
    writeFileSync(file, `${JSON.stringify(transcript, null, 2)}\n`);
  }
  expect(transcript).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
