import { randomBytes } from 'node:crypto';
import { encodeClientState, prepareEnrollment } from '@openrecognize/zkb/client';
import { type DeviceKey, generateDeviceKey } from '@openrecognize/zkb/node';
import { describe, expect, it } from 'vitest';
import { aesGcmSeal } from '../src/ciphers/aes-gcm.ts';
import { aesGcmSivSeal } from '../src/ciphers/aes-gcm-siv.ts';
import { keyId, wrapByTheBook } from './encrypt-photo.ts';
import { codeOf } from './fake-analyzer.ts';
import { keyOf, nowMs } from './fake-backend.ts';
import { tools, url, useService, wrappingKeys } from './use-service.ts';

const { current, call, enroll, status } = useService();

const artifact = () => {
  const { family, version } = current.analyzer.analyzer.manifest;
  return { family, version };
};

/** A user whom an agent enrolled, known to the backend under a name, and the document the agent handed out. */
const enrolledElsewhere = (options: { readonly name?: string; readonly version?: string } = {}) => {
  const key = generateDeviceKey();
  const { name = 'ada', version = artifact().version } = options;
  const prepared = prepareEnrollment(tools, {
    code: codeOf('person:ada'),
    artifact: { ...artifact(), version },
    threshold: 744,
    publicSigningKey: key.publicSigningKey,
    circuitCount: 2,
  });
  const { state, circuits } = prepared;
  current.fake.addUser(state.userId, {
    tenantId: 1,
    begin: { externalUserId: name, deviceType: 'BACKUP', deviceOrigin: 'KEYLESS_AGENT' },
    circuits,
    createdAtMs: nowMs,
    deviceSpki: Buffer.from(key.publicSigningKey).toString('base64'),
  });
  return { state, key };
};
type Enrolled = ReturnType<typeof enrolledElsewhere>;

const documentOf = ({ state }: Enrolled, key: DeviceKey, change: object = {}): Buffer => {
  const encoded = encodeClientState({ state, privateKey: key.exportPrivateKey() });
  const core = Buffer.from(encoded).toString('base64');
  const { family, version } = state.artifact;
  const document = {
    artifact: { family, version, target: 'mobile_sdk', liveness: 'liveness' },
    'core-client-state': core,
    ...change,
  };
  return Buffer.from(JSON.stringify(document));
};

const send = (plaintext: Uint8Array, change: Record<string, string> = {}, path = url) => {
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const algorithm = change['kl-client-state-algorithm'] ?? 'AES-GCM-SIV';
  const seal = algorithm === 'AES-GCM' ? aesGcmSeal : aesGcmSivSeal;
  const headers = {
    'kl-api-key': keyOf.secretA,
    'content-type': 'application/octet-stream',
    'kl-key-id': keyId,
    'kl-key-algorithm': 'RSAES-OAEP-SHA-256',
    'kl-client-state-key': wrapByTheBook(key).toString('hex'),
    'kl-client-state-algorithm': algorithm,
    ...change,
  };
  const body = Buffer.concat([nonce, seal(key, nonce, plaintext)]);
  return call('POST', `${path}/import-client-state`, headers, body);
};

describe('importing a client state', () => {
  it.each(['AES-GCM-SIV', 'AES-GCM'])(
    'takes it over under %s, wrapped for that user alone',
    async (algorithm) => {
      const enrolled = enrolledElsewhere();
      const { userId } = enrolled.state;
      const answer = await send(documentOf(enrolled, enrolled.key), {
        'kl-client-state-algorithm': algorithm,
      });
      expect(answer).toMatchObject({ status: 201, body: { keylessId: userId, stock: 2 } });
      const { clientState } = current.fake.users.get(userId)!;
      const kept = await wrappingKeys.unwrap(clientState!, { customer: 'acme', userId });
      const privateKey = enrolled.key.exportPrivateKey();
      expect([...kept]).toEqual([...encodeClientState({ state: enrolled.state, privateKey })]);
      expect(await status()).toMatchObject({ body: { isEnrolled: true, keylessId: userId } });
      expect(current.secrets.length).toBe(2);
      for (const secret of current.secrets) expect(secret.every((byte) => byte === 0)).toBe(true);
    },
  );

  it('happens once for a user', async () => {
    const enrolled = enrolledElsewhere();
    const document = documentOf(enrolled, enrolled.key);
    expect(await send(document)).toMatchObject({ status: 201 });
    expect(await send(document)).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' });
  });

  it('refuses users who are not linked to the name, or whom nobody knows', async () => {
    const enrolled = enrolledElsewhere({ name: 'bob' });
    const document = documentOf(enrolled, enrolled.key);
    expect(await send(document)).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
    const bob = await send(document, {}, '/v1/users/acme/BOB');
    expect(bob).toMatchObject({ status: 201 });
    current.fake.users.clear();
    expect(await send(document)).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
  });

  it('refuses a state of another model', async () => {
    const enrolled = enrolledElsewhere({ version: '0.0.1' });
    const answer = await send(documentOf(enrolled, enrolled.key));
    expect(answer).toMatchObject({ status: 409, code: 'ARTIFACT_MISMATCH' });
    const { family, version } = artifact();
    expect(answer.body.error.details.accepted).toEqual([`${family}@${version}`]);
  });

  it('refuses a device whose key is another, and one without circuits', async () => {
    const enrolled = enrolledElsewhere();
    const stranger = documentOf(enrolled, generateDeviceKey());
    expect(await send(stranger)).toMatchObject({ status: 400, code: 'CLIENT_STATE_INVALID' });
    const { userId } = enrolled.state;
    const user = current.fake.users.get(userId)!;
    current.fake.addUser(userId, { ...user, deviceSpki: 'another' });
    const document = documentOf(enrolled, enrolled.key);
    expect(await send(document)).toMatchObject({ status: 404, code: 'DEVICE_NOT_FOUND' });
    current.fake.addUser(userId, { ...user, circuits: [] });
    expect(await send(document)).toMatchObject({ status: 409, code: 'NOT_ENOUGH_CIRCUITS' });
    expect(current.fake.users.get(userId)!.clientState).toBeUndefined();
  });

  it('refuses whatever is no client state', async () => {
    const enrolled = enrolledElsewhere();
    const other = { family: 'other', version: '1', target: 'mobile_sdk', liveness: 'liveness' };
    for (const plaintext of [
      Buffer.alloc(0),
      Buffer.of(0xff, 0xfe),
      Buffer.from('{}'),
      Buffer.from('null'),
      documentOf(enrolled, enrolled.key, { 'core-client-state': 'AAAA' }),
      documentOf(enrolled, enrolled.key, { 'core-client-state': '%%%' }),
      documentOf(enrolled, enrolled.key, { artifact: other }),
    ]) {
      expect(await send(plaintext)).toMatchObject({ status: 400, code: 'CLIENT_STATE_INVALID' });
    }
    const log = current.logLines.join('');
    expect(log).not.toContain(enrolled.state.userId);
  });

  it('refuses wrong keys and changed bytes', async () => {
    const enrolled = enrolledElsewhere();
    const document = documentOf(enrolled, enrolled.key);
    const hex = { 'kl-client-state-key': 'no hex' };
    expect(await send(document, hex)).toMatchObject({ status: 422, code: 'BYTES_INVALID_ENCODING' });
    for (const change of [
      { 'kl-client-state-key': wrapByTheBook(randomBytes(32)).toString('hex') },
      { 'kl-client-state-key': '00' },
      { 'kl-key-id': 'another' },
    ]) {
      expect(await send(document, change)).toMatchObject({
        status: 400,
        code: 'CLIENT_STATE_DECRYPT_FAILED',
      });
    }
    expect(await send(Buffer.alloc(20_000))).toMatchObject({ status: 413 });
    expect(current.fake.calls).toEqual([]);
  });

  it('leaves users alone who were enrolled here', async () => {
    const { body } = await enroll();
    const before = current.fake.users.get(body.keylessId)!.clientState;
    const enrolled = enrolledElsewhere({ name: 'carl' });
    expect(await send(documentOf(enrolled, enrolled.key))).toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(current.fake.users.get(body.keylessId)!.clientState).toEqual(before);
  });
});
