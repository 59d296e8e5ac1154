import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { type FakeKms, startFakeKms } from '@openrecognize/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKmsImageKeyStore, type ImageKeyStore } from '../src/index.ts';

describe('image keys in AWS KMS', () => {
  let kms: FakeKms;
  let client: KMSClient;
  let store: ImageKeyStore;
  let kmsKeyId: string;
  beforeAll(async () => {
    kms = await startFakeKms();
    kmsKeyId = kms.createKey('RSA_2048', { alias: 'photos' });
    client = new KMSClient({ ...kms.clientConfig, maxAttempts: 2 });
    const keyIds = ['key-1', 'alias/photos'];
    store = createKmsImageKeyStore({ client, kmsKeyId: 'alias/photos', keyIds, timeoutMs: 500 });
  });
  afterEach(() => kms.recover());
  afterAll(async () => {
    client.destroy();
    await kms.stop();
  });

  const wrap = (key: Uint8Array, oaepHash = 'sha256'): Buffer => {
    const publicKey = createPublicKey({
      key: Buffer.from(kms.publicKeyOf(kmsKeyId)),
      format: 'der',
      type: 'spki',
    });
    return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, key);
  };

  it('unwrap what callers wrapped under the public half, by every name', async () => {
    const key = randomBytes(32);
    expect([...(await store.unwrap('key-1', wrap(key)))!]).toEqual([...key]);
    expect([...(await store.unwrap('alias/photos', wrap(key)))!]).toEqual([...key]);
  });

  it('give out their public half and names, asked for once', async () => {
    const { keyIds, spki } = await store.publicKey();
    expect(keyIds).toEqual(['key-1', 'alias/photos']);
    expect([...spki]).toEqual([...kms.publicKeyOf(kmsKeyId)]);
    await store.publicKey();
    expect(kms.calls.filter(({ operation }) => operation === 'GetPublicKey').length).toBe(1);
  });

  it('never pass on another name, nor bytes no RSA key has', async () => {
    const others = kms.createKey('RSA_2048');
    const before = kms.calls.length;
    expect(await store.unwrap(others, wrap(randomBytes(32)))).toBeUndefined();
    expect(await store.unwrap(kmsKeyId, wrap(randomBytes(32)))).toBeUndefined();
    expect(await store.unwrap('key-1', new Uint8Array(0))).toBeUndefined();
    expect(await store.unwrap('key-1', new Uint8Array(513))).toBeUndefined();
    expect(kms.calls.length).toBe(before);
  });

  it('take what does not unwrap for just that', async () => {
    expect(await store.unwrap('key-1', wrap(randomBytes(32), 'sha1'))).toBeUndefined();
    expect(await store.unwrap('key-1', randomBytes(256))).toBeUndefined();
  });

  it.each(['access-denied', 'throttling', 'internal-error', 'hang', 'reset'] as const)(
    'are unavailable while the service answers %s, and recover',
    async (fault) => {
      const key = randomBytes(32);
      kms.fail(fault);
      const wrapped = wrap(key);
      await expect(store.unwrap('key-1', wrapped)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      const fresh = createKmsImageKeyStore({ client, kmsKeyId, keyIds: ['key-1'], timeoutMs: 500 });
      await expect(fresh.publicKey()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      kms.recover();
      expect([...(await store.unwrap('key-1', wrapped))!]).toEqual([...key]);
      expect((await fresh.publicKey()).keyIds).toEqual(['key-1']);
    },
  );

  it('are unavailable while the key is disabled or of the wrong kind', async () => {
    const wrapped = wrap(randomBytes(32));
    kms.setEnabled(kmsKeyId, false);
    await expect(store.unwrap('key-1', wrapped)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    kms.setEnabled(kmsKeyId, true);
    const signing = kms.createKey('RSA_2048', { usage: 'SIGN_VERIFY' });
    const wrong = createKmsImageKeyStore({ client, kmsKeyId: signing, keyIds: ['key-1'], timeoutMs: 500 });
    await expect(wrong.unwrap('key-1', wrapped)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
