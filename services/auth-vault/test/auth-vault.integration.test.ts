import { randomBytes } from 'node:crypto';
import { bytesToBase64, utf8ToBytes } from '@openrecognize/bytes';
import {
  checkRefillTicket,
  issueRefillTicket,
  readJwks,
  resolveMatch as resolveMatchOfAny,
  storeMatchTokens,
  verifyDeviceSignature,
} from '@openrecognize/contracts';
import { matchTokenOf } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAuthVaultFixture, createDevice } from './auth-vault-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createAuthVaultFixture>>;
const enrollmentId = '0b2f6a9e-6d3c-4c53-9d55-1f1f3a7f7a11';
const attemptId = '7c1d2f10-2d4e-4f6b-8a3c-5b0e9d8c7a65';
const resolveMatch = {
  ...resolveMatchOfAny,
  path: resolveMatchOfAny.path.replace(':attemptId', attemptId) as `/${string}`,
} as const;
const base64 = (bytes: Uint8Array) => bytesToBase64(bytes);
const tokenOf = (label: Uint8Array) => base64(matchTokenOf(nodeCryptoSuite, label));

let vault: Fixture;
let device: ReturnType<typeof createDevice>;
beforeEach(async () => {
  vault = await createAuthVaultFixture();
  device = createDevice();
});

const enroll = (state: 'open' | 'committed', changes: object = {}) => {
  vault.enrollments.set(enrollmentId, {
    enrollmentId,
    tenantId: 1,
    userId: device.userId,
    deviceId: device.deviceId,
    publicSigningKey: device.publicSigningKey,
    codeBits: 2048,
    threshold: 744,
    state,
    expiresAtMs: vault.clock.nowMs + 600_000,
    ...changes,
  });
};

describe('device signatures', () => {
  const message = utf8ToBytes('a signing input');
  const claim = (changes: object = {}) => ({
    deviceId: device.deviceId,
    publicSigningKey: device.publicSigningKey,
    message: base64(message),
    signature: device.sign(message),
    ...changes,
  });

  it('accepts the signature of the key that the device id names, from the cache as well', async () => {
    expect((await vault.call(verifyDeviceSignature, claim())).status).toBe(204);
    expect((await vault.call(verifyDeviceSignature, claim())).status).toBe(204);
    expect(vault.errors()).toEqual([]);
  });

  it('reports a well-formed signature that does not verify and counts it', async () => {
    const forged = claim({ signature: createDevice().sign(message) });
    expect(await vault.call(verifyDeviceSignature, forged)).toMatchObject({
      status: 401,
      code: 'SIGNATURE_INVALID',
    });
    expect(vault.errors()).toEqual(['isSignatureValid error']);
    const metrics = await vault.service.metrics.registry.metrics();
    expect(metrics).toContain('openrecognize_signature_failures_total 1');
  });

  it('refuses a key of another device, of another curve and a signature over other bytes', async () => {
    const stranger = createDevice();
    const p384 = base64(randomBytes(91));
    for (const changes of [
      { publicSigningKey: stranger.publicSigningKey, signature: stranger.sign(message) },
      { deviceId: stranger.deviceId },
      { publicSigningKey: p384 },
      { message: base64(utf8ToBytes('another input')) },
    ]) {
      expect((await vault.call(verifyDeviceSignature, claim(changes))).code).toBe('SIGNATURE_INVALID');
    }
    // Only the last one was well-formed; the others are counted apart.
    expect(vault.errors()).toEqual(['isSignatureValid error']);
    const metrics = await vault.service.metrics.registry.metrics();
    expect(metrics).toContain('openrecognize_signature_failures_total 1');
    expect(metrics).toContain('openrecognize_signatures_malformed_total 3');
  });

  it('refuses a second encoding of the same signature text', async () => {
    const { signature } = claim();
    const alternative = `${signature.slice(0, 85)}${signature[85] === 'Q' ? 'R' : String.fromCharCode(signature.charCodeAt(85) + 1)}==`;
    expect((await vault.call(verifyDeviceSignature, claim({ signature: alternative }))).status).toBe(401);
    expect(vault.errors()).toEqual([]);
  });

  it('are not accepted for a JWT while the signing key is known not to work, else they are', async () => {
    const signer = { publicKeys: [], usable: false, sign: () => Promise.reject(new Error('away')) };
    vault = await createAuthVaultFixture({ signer });
    expect((await vault.call(verifyDeviceSignature, claim({ willSign: true }))).code).toBe('JWT_SIGN_FAILED');
    expect((await vault.call(verifyDeviceSignature, claim())).status).toBe(204);
    const forged = claim({ willSign: true, signature: createDevice().sign(message) });
    expect((await vault.call(verifyDeviceSignature, forged)).code).toBe('SIGNATURE_INVALID');
  });

  it('answers nobody without the service key', async () => {
    expect((await vault.call(verifyDeviceSignature, claim(), 'another key')).code).toBe(
      'SERVICE_KEY_INVALID',
    );
  });
});

describe('match tokens', () => {
  const upload = (authorization: object, indices = [0, 1]) => ({
    userId: device.userId,
    deviceId: device.deviceId,
    authorization,
    tokens: indices.map((circuitIndex) => ({ circuitIndex, tokenHash: tokenOf(new Uint8Array(16)) })),
  });
  const byEnrollment = { kind: 'enrollment', enrollmentId };

  it('are taken under the open enrollment of the same device', async () => {
    enroll('open');
    expect((await vault.call(storeMatchTokens, upload(byEnrollment))).status).toBe(204);
    expect(vault.tokens.size).toBe(2);
  });

  it.each([
    ['committed', () => enroll('committed')],
    ['of another user', () => enroll('open', { userId: createDevice().userId })],
    ['of another device', () => enroll('open', { deviceId: createDevice().deviceId })],
    ['over its time', () => enroll('open', { expiresAtMs: vault.clock.nowMs })],
    ['unknown', () => {}],
  ])('are refused under an enrollment that is %s', async (_, prepare) => {
    prepare();
    expect((await vault.call(storeMatchTokens, upload(byEnrollment))).code).toBe('ENROLLMENT_NOT_FOUND');
    expect(vault.tokens.size).toBe(0);
  });

  it('are taken under a ticket, for its device, its indices, its number and its time only', async () => {
    const { userId, deviceId } = device;
    const { ticket } = vault.tickets.issue({ userId, deviceId, fromIndex: 5, count: 2 });
    const authorization = { kind: 'ticket', ticket };
    const refused = async (body: object) =>
      expect((await vault.call(storeMatchTokens, body)).code).toBe('TICKET_INVALID');
    await refused(upload(authorization, [4, 5]));
    await refused(upload(authorization, [5, 6, 7]));
    await refused({ ...upload(authorization, [5]), deviceId: createDevice().deviceId });
    await refused(upload({ kind: 'ticket', ticket: `${ticket.slice(0, -1)}x` }, [5]));
    await refused(upload({ kind: 'ticket', ticket: 'no ticket' }, [5]));
    expect(vault.tokens.size).toBe(0);
    expect((await vault.call(storeMatchTokens, upload(authorization, [5, 6]))).status).toBe(204);
    vault.clock.nowMs += 120_001;
    await refused(upload(authorization, [5, 6]));
  });

  it('say that a device just matched, for that device and its time only', async () => {
    const { userId, deviceId } = device;
    const { ticket } = vault.tickets.issue({ userId, deviceId, fromIndex: 5, count: 1 });
    const question = { userId, deviceId, ticket };
    expect((await vault.call(checkRefillTicket, question)).status).toBe(204);
    const other = { ...question, deviceId: createDevice().deviceId };
    expect((await vault.call(checkRefillTicket, other)).code).toBe('TICKET_INVALID');
    vault.clock.nowMs += 120_001;
    expect((await vault.call(checkRefillTicket, question)).code).toBe('TICKET_INVALID');
  });

  it('are given out under a ticket of a committed enrollment while its time lasts', async () => {
    const { userId, deviceId } = device;
    const refill = { fromIndex: 5, count: 20 };
    const request = { userId, deviceId, enrollmentId, refill };
    enroll('open');
    expect((await vault.call(issueRefillTicket, request)).code).toBe('ENROLLMENT_NOT_FOUND');
    enroll('committed');
    const { json } = await vault.call(issueRefillTicket, request);
    expect(json.expiresAtMs).toBe(vault.clock.nowMs + 120_000);
    expect(() => vault.tickets.check(json.ticket, { userId, deviceId, circuitIndices: [5] })).not.toThrow();
    vault.clock.nowMs += 600_000;
    expect((await vault.call(issueRefillTicket, request)).code).toBe('ENROLLMENT_NOT_FOUND');
  });
});

describe('a match', () => {
  const label = new Uint8Array(randomBytes(16));
  const question = (changes: object = {}) => ({
    customer: 'acme',
    userId: device.userId,
    deviceId: device.deviceId,
    circuitIndex: 7,
    outputLabel: base64(label),
    ...changes,
  });
  const storeToken = () => vault.tokens.set(`${device.userId}/${device.deviceId}/7`, tokenOf(label));

  it('releases a JWT that verifies against the published key and carries exactly the agreed claims', async () => {
    storeToken();
    const jwt = { transactionData: '{"amount":1}', audience: 'shop' };
    const { json } = await vault.call(resolveMatch, question({ jwt, externalUserId: 'jane' }));
    const keys = createLocalJWKSet((await vault.call(readJwks)).json);
    const { payload, protectedHeader } = await jwtVerify(json.signedJwt, keys, {
      audience: 'shop',
      currentDate: new Date(vault.clock.nowMs),
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'PIN/FACE' });
    expect(payload).toEqual({
      iat: vault.clock.nowMs / 1000,
      td: '{"amount":1}',
      version: '1.1.0',
      sub: device.userId,
      external_user_id: 'jane',
      aud: 'shop',
    });
  });

  it('carries end, id and nonce where they are asked for, the id a fresh one each time', async () => {
    const asked = { transactionData: 'x', lifetimeSeconds: 300, includeJti: true, nonce: 'n-1' };
    const claims = [];
    for (let round = 0; round < 2; round++) {
      storeToken();
      claims.push(decodeJwt((await vault.call(resolveMatch, question({ jwt: asked }))).json.signedJwt));
    }
    const iat = vault.clock.nowMs / 1000;
    expect(claims[0]).toMatchObject({ iat, exp: iat + 300, nonce: 'n-1', jti: expect.any(String) });
    expect(claims[1]?.jti).not.toBe(claims[0]?.jti);
  });

  it('signs nothing and grants nothing that was not asked for', async () => {
    storeToken();
    expect((await vault.call(resolveMatch, question())).json).toEqual({
      match: true,
      epoch: 0,
      sealedTemplate: 'AAAA',
      lockoutRemainingSeconds: 0,
    });
  });

  it('ends its attempt in the same step, under the operation the person agreed to', async () => {
    storeToken();
    const operationInfo = { operationId: 'order-1', payload: 'a sum' };
    await vault.call(resolveMatch, question({ operationInfo }));
    expect(vault.settled).toEqual([{ attemptId, outcome: 'match', operationInfo }]);
  });

  it('that node-persistence only claims is none: neither JWT nor ticket nor template leaves', async () => {
    storeToken();
    vault.lie.outcome = 'match';
    const wrong = new Uint8Array(label);
    wrong[0]! ^= 1;
    const asked = { jwt: { transactionData: 'x' }, refill: { fromIndex: 25, count: 3 } };
    const answer = await vault.call(resolveMatch, question({ ...asked, outputLabel: base64(wrong) }));
    expect(answer).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(answer)).not.toMatch(/signedJwt|refillTicket|AAAA/);
  });

  it('grants a refill ticket for this very device', async () => {
    storeToken();
    const { json } = await vault.call(resolveMatch, question({ refill: { fromIndex: 25, count: 3 } }));
    const { userId, deviceId } = device;
    vault.tickets.check(json.refillTicket, { userId, deviceId, circuitIndices: [25, 26, 27] });
  });

  it('needs the label itself; another one gets neither JWT nor ticket, and the token is gone', async () => {
    storeToken();
    const wrong = new Uint8Array(label);
    wrong[15]! ^= 1;
    const asked = { jwt: { transactionData: 'x' }, refill: { fromIndex: 25, count: 3 } };
    const first = await vault.call(resolveMatch, question({ ...asked, outputLabel: base64(wrong) }));
    expect(first.json).toEqual({
      match: false,
      epoch: 0,
      remainingAttempts: 4,
      lockoutRemainingSeconds: 0,
    });
    expect(vault.settled).toMatchObject([{ outcome: 'no-match' }]);
    expect((await vault.call(resolveMatch, question(asked))).code).toBe('NO_SUCH_CIRCUIT_ID');
  });

  it('can be asked about once', async () => {
    storeToken();
    expect((await vault.call(resolveMatch, question())).json.match).toBe(true);
    expect((await vault.call(resolveMatch, question())).code).toBe('NO_SUCH_CIRCUIT_ID');
  });

  it('keeps the token when the label is no canonical base64', async () => {
    storeToken();
    const outputLabel = `${'A'.repeat(21)}B==`;
    expect((await vault.call(resolveMatch, question({ outputLabel }))).code).toBe('BAD_REQUEST');
    expect(vault.tokens.size).toBe(1);
  });

  it('whose JWT cannot be signed fails with the line operators search for', async () => {
    vault = await createAuthVaultFixture({
      signer: { publicKeys: [], usable: true, sign: () => Promise.reject(new Error('key service is away')) },
    });
    storeToken();
    const answer = await vault.call(resolveMatch, question({ jwt: { transactionData: 'x' } }));
    expect(answer).toMatchObject({ status: 503, code: 'JWT_SIGN_FAILED' });
    expect(vault.errors()).toEqual(['Failed JWT token sign']);
    // Neither counts the attempt nor is the token used up.
    expect(vault.settled).toEqual([]);
    expect(vault.tokens.size).toBe(1);
  });

  it('leaves no label, token or signature in the log', async () => {
    storeToken();
    const token = tokenOf(label);
    const { json } = await vault.call(resolveMatch, question({ jwt: { transactionData: 'secret data' } }));
    const log = JSON.stringify(vault.lines);
    for (const secret of [base64(label), token, json.signedJwt, 'secret data'])
      expect(log).not.toContain(secret);
  });
});
