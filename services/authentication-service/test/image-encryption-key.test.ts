import { createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aesGcmSivSeal } from '../src/ciphers/aes-gcm-siv.ts';
import { encryptPhoto, keyAlias, keyId } from './encrypt-photo.ts';
import { photo, useService } from './use-service.ts';

const { call, enroll } = useService();

describe('the image encryption key', () => {
  it('is public, and what is wrapped under it opens', async () => {
    const answer = await call('GET', '/v1/image-encryption-key', {});
    expect(answer).toMatchObject({
      status: 200,
      body: {
        keyId,
        aliases: [keyAlias],
        keyAlgorithm: 'RSAES-OAEP-SHA-256',
        contentAlgorithms: ['AES-GCM-SIV', 'AES-GCM'],
      },
    });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    const der = Buffer.from(answer.body.publicKey, 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const body = Buffer.from(photo);
    const aesKey = randomBytes(32);
    const nonce = randomBytes(12);
    const sealed = Buffer.concat([nonce, aesGcmSivSeal(aesKey, nonce, body)]);
    const wrapped = publicEncrypt({ key, oaepHash: 'sha256' }, aesKey).toString('hex');
    const { headers } = encryptPhoto(photo);
    const sent = { headers: { ...headers, 'kl-image-key': wrapped }, body: sealed };
    expect(await enroll(sent)).toMatchObject({ status: 201 });
  });

  it('is all that pages of other origins may read', async () => {
    const { headers } = await call('GET', '/v1/users/acme/ada', {});
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});
