import { describe, expect, it } from 'vitest';
import { maxBodyBytes } from '../src/index.ts';
import { encryptPhoto } from './encrypt-photo.ts';
import { keyOf } from './fake-backend.ts';
import { octets, photo, url, useService } from './use-service.ts';

type Headers = Record<string, string>;
const { current, call, enroll, status } = useService();

describe('the API key', () => {
  it('travels in kl-api-key alone and must be the secret one', async () => {
    const { headers, body } = encryptPhoto(photo);
    for (const method of ['GET', 'POST'] as const) {
      const send = (key: Headers) => call(method, url, { ...octets, ...headers, ...key }, body);
      expect(await send({})).toMatchObject({ status: 401, code: 'API_KEY_MISSING' });
      expect(await send({ 'x-api-key': keyOf.secretA })).toMatchObject({ code: 'API_KEY_MISSING' });
      expect(await send({ 'Kl-Api-Key': 'guess' })).toMatchObject({ status: 401, code: 'API_KEY_INVALID' });
      const wrong = await send({ 'kl-api-key': keyOf.mobileA });
      expect(wrong).toMatchObject({ status: 401, code: 'API_KEY_WRONG_KIND' });
      expect(wrong.body.error.details.requiredKind).toBe('secret');
    }
    expect(current.fake.calls).toEqual([]);
  });

  it('opens nothing of another customer', async () => {
    for (const path of ['/v1/users/other/ada', '/v1/users/nobody/ada', '/v1/users/ACME/ada']) {
      expect(await status(path)).toMatchObject({ status: 404, code: 'CUSTOMER_NOT_FOUND' });
      expect(await enroll(encryptPhoto(photo), {}, path)).toMatchObject({ code: 'CUSTOMER_NOT_FOUND' });
    }
    expect(await status(url, keyOf.secretB)).toMatchObject({ code: 'CUSTOMER_NOT_FOUND' });
    expect(current.fake.calls).toEqual([]);
    expect(current.analyzer.asked).toEqual([]);
  });

  it('is checked before the body is read or a header looked at', async () => {
    const answer = await call('POST', url, octets, Buffer.alloc(maxBodyBytes + 1));
    expect(answer).toMatchObject({ status: 401, code: 'API_KEY_MISSING' });
  });
});

describe('the headers', () => {
  it('must all be there and have documented values', async () => {
    const { headers, body } = encryptPhoto(photo);
    const key = { 'kl-api-key': keyOf.secretA, ...octets };
    for (const name of Object.keys(headers)) {
      const { [name]: _, ...rest } = headers;
      const answer = await call('POST', url, { ...key, ...rest }, body);
      expect(answer, name).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(answer.body.error.details.missing).toEqual([name]);
    }
    for (const [name, value] of [
      ['kl-key-algorithm', 'RSAES-OAEP-SHA-1'],
      ['kl-image-algorithm', 'AES-CBC'],
      ['kl-scenario', 'PASSPORT'],
    ] as const) {
      const answer = await call('POST', url, { ...key, ...headers, [name]: value }, body);
      expect(answer, name).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(answer.body.error.details.path).toBe(`headers.${name}`);
    }
    expect(current.analyzer.asked).toEqual([]);
  });

  it('are found in any case of letters; the content type does not matter', async () => {
    const { headers, body } = encryptPhoto(photo);
    const shouted = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const answer = await call(
      'POST',
      url,
      { 'KL-API-KEY': keyOf.secretA, 'content-type': 'image/jpeg', ...shouted },
      body,
    );
    expect(answer).toMatchObject({ status: 201 });
  });
});
