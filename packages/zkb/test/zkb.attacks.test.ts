import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  acceptReservation,
  answerReservation,
  decodeClientState,
  encodeClientState,
  garbleCircuits,
  openBlob,
  openEnrollment,
  openReleasedTemplate,
  sealBlob,
} from '../src/client/index.ts';
import {
  decodeCircuitBatch,
  decodeConsumedCircuit,
  decodeUserAuthentication,
  encodeCircuitBatch,
  encodeConsumedCircuit,
  encodeUserAuthentication,
  userAuthenticationSigningInput,
} from '../src/messages/index.ts';
import { generateDeviceKey, nodeCryptoSuite as suite } from '../src/node/index.ts';
import { checkRefillTicket, checkUpload, issueRefillTicket } from '../src/server/index.ts';
import {
  authenticate,
  type EnrolledPair,
  enrolledPair,
  flipBits,
  plainIntent,
  seededRandom,
} from './scenario.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  }
  return 'accepted';
};

let pair: EnrolledPair;
beforeEach(() => {
  pair = enrolledPair('attacks');
});

describe('a server that lies about the index', () => {
  it('gets no second label set for a circuit that was answered (ZK-3)', () => {
    const { answer, advanced } = authenticate(pair, pair.client, pair.code);
    expect(codeOf(() => acceptReservation(advanced, answer))).toBe('INDEX_ALREADY_USED');
  });

  it('gets no labels for a circuit that was never made', () => {
    const answer = { authenticationId: 'x', circuitIndex: 4, serverNonce: new Uint8Array(32) };
    expect(codeOf(() => acceptReservation(pair.client, answer))).toBe('INDEX_NEVER_GARBLED');
  });

  it('only burns stock by skipping ahead, and skipped circuits stay unanswered', () => {
    const answer = { ...pair.backend.reserve(2), circuitIndex: 2 };
    const { advanced } = answerReservation(
      suite,
      acceptReservation(pair.client, answer),
      pair.code,
      plainIntent,
    );
    expect(advanced.state.nextIndex).toBe(3);
    for (const skipped of [0, 1]) {
      expect(codeOf(() => acceptReservation(advanced, { ...answer, circuitIndex: skipped }))).toBe(
        'INDEX_ALREADY_USED',
      );
    }
  });
});

describe('messages on the wire', () => {
  const send = (change: (message: ReturnType<typeof honest>) => ReturnType<typeof honest>): string => {
    const { answer, labels, signature, intent } = change(honest());
    return codeOf(() => pair.backend.finish(answer, labels, intent, signature));
  };
  const honest = () => {
    const answer = pair.backend.reserve(0);
    const { labels, signingInput } = answerReservation(
      suite,
      acceptReservation(pair.client, answer),
      pair.code,
      plainIntent,
    );
    return { answer, labels, intent: plainIntent, signature: pair.key.sign(signingInput) };
  };

  it('are accepted once and refused on replay (ZK-2)', () => {
    const { answer, labels, signingInput } = authenticate(pair, pair.client, pair.code);
    const replay = () => pair.backend.finish(answer, labels, plainIntent, pair.key.sign(signingInput));
    expect(codeOf(replay)).toBe('not reserved');
  });

  it('are refused when transaction data, audience, purpose, nonce, index or labels change (ZK-6)', () => {
    expect(send((m) => ({ ...m, intent: { ...m.intent, transactionData: '{"amount":"9"}' } }))).toBe(
      'signature',
    );
    expect(send((m) => ({ ...m, intent: { ...m.intent, audience: 'x' } }))).toBe('signature');
    expect(send((m) => ({ ...m, intent: { ...m.intent, purpose: 'de-enroll' } }))).toBe('signature');
    expect(send((m) => ({ ...m, answer: { ...m.answer, serverNonce: new Uint8Array(32) } }))).toBe(
      'signature',
    );
    pair = enrolledPair('attacks/index');
    expect(send((m) => ({ ...m, answer: { ...m.answer, circuitIndex: 1 } }))).toBe('signature');
    expect(send((m) => ({ ...m, labels: m.labels.map((b, i) => (i === 5 ? b ^ 1 : b)) }))).toBe('signature');
    expect(send((m) => ({ ...m, signature: generateDeviceKey().sign(new Uint8Array(3)) }))).toBe('signature');
  });

  it('never match when a dishonest device signs altered labels', () => {
    fc.assert(
      fc.property(fc.nat(128 * 16 - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const fresh = enrolledPair('attacks/labels', { key: pair.key });
        const answer = fresh.backend.reserve(0);
        const reserved = acceptReservation(fresh.client, answer);
        const probe = flipBits(fresh.code, fresh.threshold + 1);
        const { labels } = answerReservation(suite, reserved, probe, plainIntent);
        labels[at]! ^= mask;
        // The device signs what it sends, so the signature is right; the circuit must still say no.
        const signingInput = signingInputFor(fresh, answer, labels);
        const verdict = fresh.backend.finish(answer, labels, plainIntent, fresh.key.sign(signingInput));
        expect(verdict.result).toBe('no-match');
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('of the wrong length cost no circuit', () => {
    const message = honest();
    const short = message.labels.subarray(16);
    const signature = pair.key.sign(signingInputFor(pair, message.answer, short));
    expect(codeOf(() => pair.backend.finish(message.answer, short, plainIntent, signature))).toBe(
      'CODE_LENGTH_MISMATCH',
    );
    expect(pair.backend.circuits.get(message.answer.circuitIndex)?.state).toBe('reserved');
  });
});

const signingInputFor = (
  of: EnrolledPair,
  answer: { authenticationId: string; circuitIndex: number; serverNonce: Uint8Array },
  labels: Uint8Array,
): Uint8Array => userAuthenticationSigningInput(suite, of.client.state, answer, labels, plainIntent);

describe('stored circuits', () => {
  it('that were altered are refused before they are evaluated', () => {
    const answer = pair.backend.reserve(0);
    const reserved = acceptReservation(pair.client, answer);
    const { labels, signingInput } = answerReservation(suite, reserved, pair.code, plainIntent);
    pair.backend.circuits.get(0)!.payload[200]! ^= 1;
    const finish = () => pair.backend.finish(answer, labels, plainIntent, pair.key.sign(signingInput));
    expect(codeOf(finish)).toBe('PAYLOAD_HASH_MISMATCH');
    expect(codeOf(finish)).toBe('not reserved');
  });

  it('that were swapped with their hashes never match', () => {
    const first = pair.backend.circuits.get(0)!;
    const second = pair.backend.circuits.get(1)!;
    const { payload, sha256 } = first;
    Object.assign(first, { payload: second.payload, sha256: second.sha256 });
    Object.assign(second, { payload, sha256 });
    expect(authenticate(pair, pair.client, pair.code).verdict.result).toBe('no-match');
  });

  it('of other parameters than enrolled are refused at the upload', () => {
    const other = enrolledPair('attacks/other', { threshold: 128 });
    const bytes = encodeCircuitBatch({ circuits: other.prepared.circuits });
    expect(codeOf(() => pair.backend.store(bytes))).toBe('PAYLOAD_PARAMETERS_MISMATCH');
  });

  it('are handed to the storage without their tokens (ZK-10)', () => {
    const bytes = encodeCircuitBatch({ circuits: pair.prepared.circuits });
    const upload = checkUpload(bytes, pair, () => ({ n: pair.codeBits, threshold: pair.threshold }));
    const forStorage = decodeCircuitBatch(upload.storageBatch);
    expect(forStorage.hasTokens).toBe(false);
    for (const { tokenHash } of upload.tokens) {
      expect(Buffer.from(upload.storageBatch).includes(Buffer.from(tokenHash))).toBe(false);
    }
  });
});

describe('a stolen client state', () => {
  it('can not compute a match label of a waiting circuit: it holds neither code nor hash key (ZK-5)', () => {
    const bytes = encodeClientState({ state: pair.client.state, privateKey: pair.key.exportPrivateKey() });
    for (const { payload } of pair.prepared.circuits) {
      expect(Buffer.from(bytes).includes(Buffer.from(payload.subarray(16, 32)))).toBe(false);
    }
    expect(Buffer.from(bytes).includes(Buffer.from(pair.code))).toBe(false);
  });

  it('opens no recorded session: used chain keys are gone (ZK-3)', () => {
    const used = pair.client.state.chainKey.slice();
    const { advanced } = authenticate(pair, pair.client, pair.code);
    const bytes = Buffer.from(encodeClientState({ state: advanced.state, privateKey: new Uint8Array(3) }));
    expect(bytes.includes(Buffer.from(used))).toBe(false);
  });

  it('survives its codec and refuses every truncation and every foreign byte', () => {
    const portable = { state: pair.client.state, privateKey: pair.key.exportPrivateKey() };
    const bytes = encodeClientState(portable);
    expect(decodeClientState(bytes)).toEqual(portable);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(codeOf(() => decodeClientState(bytes.subarray(0, length)))).toBe('STATE_MALFORMED');
    }
    expect(codeOf(() => decodeClientState(new Uint8Array([...bytes, 0])))).toBe('STATE_MALFORMED');
  });
});

describe('sealed templates', () => {
  const context = { kind: 'template', userId: 'U', deviceId: 'D', epoch: 1 } as const;
  const sealKey = new Uint8Array(32).fill(3);

  it('open in their own context alone (ZK-7)', () => {
    const blob = sealBlob(suite, seededRandom('seal'), sealKey, context, Uint8Array.of(1, 2, 3));
    expect(openBlob(suite, sealKey, context, blob)).toEqual(Uint8Array.of(1, 2, 3));
    for (const other of [{ userId: 'V' }, { deviceId: 'E' }, { epoch: 2 }, { kind: 'secret' as const }]) {
      expect(codeOf(() => openBlob(suite, sealKey, { ...context, ...other }, blob))).toBe('SEAL_REFUSED');
    }
  });

  it('refuse every flipped byte and every truncation', () => {
    const blob = sealBlob(suite, seededRandom('seal'), sealKey, context, new Uint8Array(16));
    for (let at = 0; at < blob.length; at++) {
      const flipped = blob.slice();
      flipped[at]! ^= 0x80;
      expect(codeOf(() => openBlob(suite, sealKey, context, flipped))).toBe('SEAL_REFUSED');
      expect(codeOf(() => openBlob(suite, sealKey, context, blob.subarray(0, at)))).toBe('SEAL_REFUSED');
    }
  });

  it('of another epoch are not taken from the server', () => {
    const { verdict, advanced } = authenticate(pair, pair.client, pair.code);
    if (verdict.result !== 'match') throw new Error('the honest probe must match');
    expect(codeOf(() => openReleasedTemplate(suite, advanced, { ...verdict, epoch: 1 }))).toBe(
      'SEAL_REFUSED',
    );
  });
});

describe('enrollment', () => {
  it('is abandoned when the server answers for another identity (ZK-1)', () => {
    const { userId, deviceId } = pair.prepared.state;
    const answer = {
      enrollmentId: 'e',
      userId: userId.replace(/^./, (c) => (c === '0' ? '1' : '0')),
      deviceId,
    };
    expect(codeOf(() => openEnrollment(pair.prepared, answer))).toBe('IDENTITY_MISMATCH');
  });
});

describe('refill tickets', () => {
  const key = new Uint8Array(32).fill(9);
  const grant = { userId: 'U', deviceId: 'D', fromIndex: 10, count: 2, expiresAtMs: 1_000 };
  const ticket = issueRefillTicket(suite, key, grant);
  const use = { userId: 'U', deviceId: 'D', circuitIndices: [10, 11], nowMs: 1_000 };

  it('are refused for another device, index, count, time or key, and when altered (ZK-11)', () => {
    expect(codeOf(() => checkRefillTicket(suite, key, ticket, use))).toBe('accepted');
    const refused: readonly [string, typeof use, Uint8Array][] = [
      [ticket, { ...use, userId: 'V' }, key],
      [ticket, { ...use, deviceId: 'E' }, key],
      [ticket, { ...use, circuitIndices: [9] }, key],
      [ticket, { ...use, circuitIndices: [10 + 2 + 256] }, key],
      [ticket, { ...use, circuitIndices: [10, 11, 12] }, key],
      [ticket, { ...use, nowMs: 1_001 }, key],
      [ticket, use, new Uint8Array(32)],
      [`${ticket.slice(0, -2)}AA`, use, key],
      ['', use, key],
      ['***', use, key],
    ];
    for (const [text, what, with_] of refused) {
      expect(codeOf(() => checkRefillTicket(suite, with_, text, what))).toBe('TICKET_REFUSED');
    }
  });
});

describe('codecs', () => {
  it('refuse every truncation, extension and header change of a circuit batch (ZK-9)', () => {
    const bytes = encodeCircuitBatch({ circuits: pair.prepared.circuits.slice(0, 2) });
    for (let length = 0; length < bytes.length; length += 101) {
      expect(codeOf(() => decodeCircuitBatch(bytes.subarray(0, length)))).toBe('MESSAGE_MALFORMED');
    }
    expect(codeOf(() => decodeCircuitBatch(new Uint8Array([...bytes, 0])))).toBe('MESSAGE_MALFORMED');
    for (const at of [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]) {
      const changed = bytes.slice();
      changed[at]! ^= 0x40;
      expect(codeOf(() => decodeCircuitBatch(changed))).toBe('MESSAGE_MALFORMED');
    }
  });

  it('refuse every truncation, extension and header change of a consumed circuit (ZK-9)', () => {
    const { payload } = pair.prepared.circuits[0]!;
    const payloadSha256 = new Uint8Array(32);
    const bytes = encodeConsumedCircuit({ payload, payloadSha256, stock: 1, nextFreeIndex: 2 });
    for (let length = 0; length < bytes.length; length += 13) {
      expect(codeOf(() => decodeConsumedCircuit(bytes.subarray(0, length)))).toBe('MESSAGE_MALFORMED');
    }
    expect(codeOf(() => decodeConsumedCircuit(new Uint8Array([...bytes, 0])))).toBe('MESSAGE_MALFORMED');
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19]) {
      const changed = bytes.slice();
      changed[at]! ^= 0x40;
      expect(codeOf(() => decodeConsumedCircuit(changed))).toBe('MESSAGE_MALFORMED');
    }
    const empty = { payload: new Uint8Array(0), payloadSha256, stock: 0, nextFreeIndex: 0 };
    expect(codeOf(() => encodeConsumedCircuit(empty))).toBe('MESSAGE_MALFORMED');
    expect(codeOf(() => encodeConsumedCircuit({ ...empty, payload, payloadSha256: payload }))).toBe(
      'MESSAGE_MALFORMED',
    );
  });

  it('refuse indices that do not ascend', () => {
    const [a, b] = pair.prepared.circuits;
    expect(codeOf(() => decodeCircuitBatch(encodeCircuitBatch({ circuits: [b!, a!] })))).toBe(
      'MESSAGE_MALFORMED',
    );
  });

  it('survive any bytes with nothing but MESSAGE_MALFORMED', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        for (const [prefix, decode] of [
          ['ZKCB\u0001', decodeCircuitBatch],
          ['ZKCC\u0001\u0000\u0000\u0000', decodeConsumedCircuit],
          ['ZKUA\u0001\u0000\u0000\u0000', decodeUserAuthentication],
        ] as const) {
          const bytes = new Uint8Array([...Buffer.from(prefix), ...noise]);
          expect(['MESSAGE_MALFORMED', 'accepted']).toContain(codeOf(() => decode(bytes)));
          expect(codeOf(() => decode(noise))).toBe('MESSAGE_MALFORMED');
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('refuse a user authentication message whose header is no JSON or too large', () => {
    const bytes = encodeUserAuthentication({ a: 1 }, new Uint8Array(16));
    const broken = bytes.slice();
    broken[16] = 0x7d;
    expect(codeOf(() => decodeUserAuthentication(broken))).toBe('MESSAGE_MALFORMED');
    expect(codeOf(() => encodeUserAuthentication({ a: 'x'.repeat(70_000) }, new Uint8Array(16)))).toBe(
      'MESSAGE_TOO_LARGE',
    );
  });
});

describe('garbling', () => {
  it('refuses a code of another length', () => {
    expect(codeOf(() => garbleCircuits(pair.tools, pair.client.state, new Uint8Array(8), 0, 1))).toBe(
      'CODE_LENGTH_MISMATCH',
    );
  });
});
