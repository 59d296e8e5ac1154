import { createDecipheriv, randomBytes } from 'node:crypto';
import { decodeClientState } from '@openrecognize/zkb/client';
import { deriveDeviceId, deriveUserId } from '@openrecognize/zkb/messages';
import { importDeviceKey, nodeCryptoSuite } from '@openrecognize/zkb/node';
import { describe, expect, it } from 'vitest';
import { aesGcmSivOpen } from '../src/ciphers/aes-gcm-siv.ts';
import { decodeWebUserRecord } from '../src/web-user-record.ts';
import { encryptPhoto, keyId, wrapByTheBook } from './encrypt-photo.ts';
import { codeOf } from './fake-analyzer.ts';
import { keyOf } from './fake-backend.ts';
import { matches } from './match-circuit.ts';
import { photo, url, useService, wrappingKeys } from './use-service.ts';

const { current, call, enroll } = useService();
const prepared = { 'kl-prepare-backup': 'true' };

const exportHeaders = (key: Uint8Array, algorithm = 'AES-GCM-SIV'): Record<string, string> => ({
  'kl-api-key': keyOf.secretA,
  'kl-key-id': keyId,
  'kl-key-algorithm': 'RSAES-OAEP-SHA-256',
  'kl-client-state-key': wrapByTheBook(key).toString('hex'),
  'kl-client-state-algorithm': algorithm,
  'kl-client-state-type': 'BACKUP',
  accept: 'application/octet-stream',
});
const exportState = (headers: Record<string, string>, path = url) =>
  call('POST', `${path}/export-client-state`, headers);

const openSiv = (key: Uint8Array, answer: Uint8Array) =>
  aesGcmSivOpen(key, answer.subarray(0, 12), answer.subarray(12));

describe('exporting a client state', () => {
  it('hands out a device of its own that matches the face, as the documented JSON', async () => {
    const { body } = await enroll(encryptPhoto(photo), prepared);
    const key = randomBytes(32);
    const answer = await exportState(exportHeaders(key));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    const document = JSON.parse(new TextDecoder().decode(openSiv(key, answer.bytes)));
    const { family, version } = current.analyzer.analyzer.manifest;
    expect(document).toEqual({
      artifact: { family, version, target: 'mobile_sdk', liveness: 'liveness' },
      'core-client-state': expect.any(String),
    });
    const { state, privateKey } = decodeClientState(Buffer.from(document['core-client-state'], 'base64'));
    const user = current.fake.users.get(body.keylessId)!;
    const [backup] = user.further!;
    const spki = importDeviceKey(privateKey).publicSigningKey;
    expect(state.userId).toBe(body.keylessId);
    expect(deriveUserId(nodeCryptoSuite, spki)).not.toBe(state.userId);
    expect(state.deviceId).toBe(deriveDeviceId(nodeCryptoSuite, spki));
    expect(backup!.device).toMatchObject({
      deviceType: 'BACKUP',
      deviceOrigin: 'WEB',
      deviceId: state.deviceId,
    });
    expect(backup!.device).not.toHaveProperty('externalUserId');
    expect(matches(state, codeOf(photo), backup!.circuits[0]!)).toBe(true);
    expect(matches(state, codeOf('person:bob'), backup!.circuits[1]!)).toBe(false);
    // Nothing of the device this service keeps.
    const kept = await wrappingKeys.unwrap(user.clientState!, { customer: 'acme', userId: state.userId });
    const own = decodeClientState(decodeWebUserRecord(kept).device).state;
    expect(own.deviceId).not.toBe(state.deviceId);
    expect(own.chainKey).not.toEqual(state.chainKey);
    expect(own.sealKey).not.toEqual(state.sealKey);
    expect(matches(own, codeOf(photo), user.circuits[0]!)).toBe(true);
  });

  it('answers in AES-GCM when asked', async () => {
    await enroll(encryptPhoto(photo), prepared);
    const key = randomBytes(32);
    const { bytes } = await exportState(exportHeaders(key, 'AES-GCM'));
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    const text = decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
    expect(JSON.parse(text)).toHaveProperty('core-client-state');
  });

  it('happens once; the same request gets the same bytes, another one 422', async () => {
    await enroll(encryptPhoto(photo), prepared);
    const headers = exportHeaders(randomBytes(32));
    const first = await exportState(headers);
    const again = await exportState(headers);
    expect(again.bytes).toEqual(first.bytes);
    for (const other of [
      exportHeaders(randomBytes(32)),
      { ...headers, 'kl-client-state-algorithm': 'AES-GCM' },
    ]) {
      expect(await exportState(other)).toMatchObject({ status: 422, code: 'CLIENT_STATE_NOT_AVAILABLE' });
    }
    const [user] = [...current.fake.users.values()];
    expect(user!.further!.length).toBe(1);
  });

  it('erases the keys and states it had in the clear', async () => {
    await enroll(encryptPhoto(photo), prepared);
    expect(await exportState(exportHeaders(randomBytes(32)))).toMatchObject({ status: 200 });
    expect(await exportState(exportHeaders(randomBytes(32)))).toMatchObject({ status: 422 });
    expect(await exportState(exportHeaders(randomBytes(16)))).toMatchObject({ status: 400 });
    // Image key, record; key and record out and in; key and record out; key.
    expect(current.secrets.length).toBe(8);
    for (const secret of current.secrets) expect(secret.every((byte) => byte === 0)).toBe(true);
  });

  it('lets one of two callers win who ask at once', async () => {
    await enroll(encryptPhoto(photo), prepared);
    const requests = [exportHeaders(randomBytes(32)), exportHeaders(randomBytes(32))];
    const answers = await Promise.all(requests.map((headers) => exportState(headers)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it('loses nothing when the database takes the change and does not say so', async () => {
    await enroll(encryptPhoto(photo), prepared);
    const key = randomBytes(32);
    const headers = exportHeaders(key);
    current.fake.fail('putClientState', 'SERVICE_TIMEOUT', true);
    expect(await exportState(headers)).toMatchObject({ status: 504 });
    current.fake.repair();
    const answer = await exportState(headers);
    expect(answer.status).toBe(200);
    expect(openSiv(key, answer.bytes)).toBeDefined();
  });

  it('has nothing to give for users without a backup, and for nobody', async () => {
    await enroll();
    const headers = exportHeaders(randomBytes(32));
    expect(await exportState(headers)).toMatchObject({ status: 422, code: 'CLIENT_STATE_NOT_AVAILABLE' });
    const nobody = await exportState(headers, '/v1/users/acme/nobody');
    expect(nobody).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
  });

  it('refuses a key that is no hex with 422, and every other wrong key with one and the same error', async () => {
    await enroll(encryptPhoto(photo), prepared);
    const good = exportHeaders(randomBytes(32));
    for (const hex of ['zz', 'abc', '0x00']) {
      const answer = await exportState({ ...good, 'kl-client-state-key': hex });
      expect(answer).toMatchObject({ status: 422, code: 'BYTES_INVALID_ENCODING' });
      expect(answer.body.error.details).toEqual({
        type: 'bytes_invalid_encoding',
        header: 'kl-client-state-key',
      });
    }
    const messages = new Set<string>();
    for (const bad of [
      { ...good, 'kl-client-state-key': '00' },
      { ...good, 'kl-key-id': 'another' },
      exportHeaders(randomBytes(16)),
      exportHeaders(randomBytes(24)),
    ]) {
      const answer = await exportState(bad);
      expect(answer).toMatchObject({ status: 400, code: 'CLIENT_STATE_DECRYPT_FAILED' });
      const { requestId: _, ...rest } = answer.body.error;
      messages.add(JSON.stringify(rest));
    }
    expect(messages.size).toBe(1);
    expect(await exportState(good)).toMatchObject({ status: 200 });
  });

  it('asks for the secret key, the documented headers and an answer the caller takes', async () => {
    await enroll(encryptPhoto(photo), prepared);
    const good = exportHeaders(randomBytes(32));
    const { 'kl-api-key': _, ...keyless } = good;
    expect(await exportState(keyless)).toMatchObject({ status: 401, code: 'API_KEY_MISSING' });
    expect(await exportState({ ...good, 'kl-api-key': keyOf.mobileA })).toMatchObject({
      code: 'API_KEY_WRONG_KIND',
    });
    expect(await exportState({ ...good, 'kl-api-key': keyOf.secretB })).toMatchObject({
      code: 'CUSTOMER_NOT_FOUND',
    });
    for (const [name, value] of [
      ['kl-client-state-type', 'TEMPORARY'],
      ['kl-client-state-algorithm', 'AES-CBC'],
      ['kl-key-algorithm', 'RSA1_5'],
    ] as const) {
      expect(await exportState({ ...good, [name]: value }), name).toMatchObject({ status: 400 });
    }
    expect(await exportState({ ...good, accept: 'application/json' })).toMatchObject({
      status: 406,
      code: 'NOT_ACCEPTABLE',
    });
    for (const accept of ['*/*', 'text/plain, application/*;q=0.5', 'Application/Octet-Stream']) {
      expect(await exportState({ ...good, accept }), accept).toMatchObject({ status: 200 });
    }
  });
});

describe('an enrollment with a backup that breaks off', () => {
  it.each(['openFurtherDevice', 'putClientState'])('at %s leaves nothing', async (step) => {
    current.fake.fail(step);
    expect(await enroll(encryptPhoto(photo), prepared)).toMatchObject({ status: 503 });
    expect(current.fake.users.size).toBe(0);
    current.fake.repair();
    expect(await enroll(encryptPhoto(photo), prepared)).toMatchObject({ status: 201 });
  });
});
