import { createCipheriv, randomBytes } from 'node:crypto';
import { limits } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { encryptPhoto, keyAlias, wrapByTheBook } from './encrypt-photo.ts';
import { keyOf } from './fake-backend.ts';
import { photo, url, useService } from './use-service.ts';

const { current, call, enroll } = useService();
const refusedDecryption = { status: 400, code: 'IMAGE_DECRYPT_FAILED' };

describe('decryption', () => {
  it.each([
    ['AES-GCM', 16],
    ['AES-GCM', 24],
    ['AES-GCM', 32],
    ['AES-GCM-SIV', 16],
    ['AES-GCM-SIV', 32],
  ] as const)('opens %s with a key of %i bytes', async (algorithm, keyBytes) => {
    expect(await enroll(encryptPhoto(photo, { algorithm, keyBytes }))).toMatchObject({ status: 201 });
  });

  it('finds the RSA key by id and by alias, and takes upper-case hex', async () => {
    const encrypted = encryptPhoto(photo);
    const upper = encrypted.headers['kl-image-key']!.toUpperCase();
    const headers = { 'kl-key-id': keyAlias, 'kl-image-key': upper };
    expect(await enroll(encrypted, headers)).toMatchObject({ status: 201 });
  });

  it('unwraps OAEP with SHA-256 for label and mask generation', async () => {
    const key = randomBytes(32);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = Buffer.concat([nonce, cipher.update(photo), cipher.final(), cipher.getAuthTag()]);
    const { headers } = encryptPhoto(photo, { algorithm: 'AES-GCM' });
    const wrapped = wrapByTheBook(key).toString('hex');
    expect(await enroll({ headers: { ...headers, 'kl-image-key': wrapped }, body })).toMatchObject({
      status: 201,
    });
  });

  it('answers every cryptographic failure with one and the same error', async () => {
    const good = encryptPhoto(photo);
    const gcm = encryptPhoto(photo, { algorithm: 'AES-GCM' });
    const flipped = (body: Buffer, at: number) => {
      const copy = Buffer.from(body);
      copy[at]! ^= 1;
      return copy;
    };
    const bad = [
      encryptPhoto(photo, { forStranger: true }),
      encryptPhoto(photo, { oaepHash: 'sha1' }),
      { ...good, headers: { ...good.headers, 'kl-key-id': 'key-2' } },
      { ...good, headers: { ...good.headers, 'kl-key-id': 'alias/unknown' } },
      { ...good, headers: { ...good.headers, 'kl-image-key': 'xyz' } },
      { ...good, headers: { ...good.headers, 'kl-image-key': '00' } },
      { ...good, headers: { ...good.headers, 'kl-image-key': gcm.headers['kl-image-key']! } },
      { ...good, headers: { ...good.headers, 'kl-image-algorithm': 'AES-GCM' } },
      { ...gcm, headers: { ...gcm.headers, 'kl-image-algorithm': 'AES-GCM-SIV' } },
      ...[good, gcm].flatMap(({ headers, body }) => [
        { headers, body: flipped(body, 0) },
        { headers, body: flipped(body, 14) },
        { headers, body: flipped(body, body.length - 1) },
        { headers, body: body.subarray(0, body.length - 1) },
        { headers, body: body.subarray(0, 28) },
        { headers, body: body.subarray(0, 12) },
        { headers, body: body.subarray(0, 5) },
      ]),
    ];
    const messages = new Set<string>();
    for (const encrypted of bad) {
      const answer = await enroll(encrypted);
      expect(answer).toMatchObject(refusedDecryption);
      const { requestId: _, ...rest } = answer.body.error;
      messages.add(JSON.stringify(rest));
    }
    expect(messages.size).toBe(1);
    const { headers } = good;
    expect(await call('POST', url, { 'kl-api-key': keyOf.secretA, ...headers })).toMatchObject(
      refusedDecryption,
    );
    expect(current.analyzer.asked).toEqual([]);
  });

  it('takes keys of AES sizes only', async () => {
    const { headers, body } = encryptPhoto(photo);
    for (const size of [0, 8, 24, 31, 33]) {
      const wrapped = wrapByTheBook(randomBytes(size)).toString('hex');
      const encrypted = { headers: { ...headers, 'kl-image-key': wrapped }, body };
      expect(await enroll(encrypted)).toMatchObject(refusedDecryption);
    }
  });

  it('takes the largest photo and nothing larger', async () => {
    const largest = encryptPhoto(new Uint8Array(limits.maxImageBytes), { algorithm: 'AES-GCM' });
    expect(await enroll(largest)).toMatchObject({ code: 'IMAGE_FORMAT_INVALID' });
    const tooLarge = { headers: largest.headers, body: Buffer.concat([largest.body, Buffer.of(0)]) };
    expect(await enroll(tooLarge)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });
});
