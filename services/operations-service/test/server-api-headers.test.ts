import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf } from './fake-backend.ts';
import { createServerApiFixture, rows, type ServerApiFixture } from './server-api-fixture.ts';

let fixture: ServerApiFixture;
let service: ServerApiFixture['service'];
let call: ServerApiFixture['call'];
beforeEach(async () => {
  fixture = await createServerApiFixture();
  ({ service, call } = fixture);
});
afterEach(() => service.close(0));

const withBody = rows.flatMap(({ body, ...row }) => (body === undefined ? [] : [{ ...row, body }]));

describe.each(rows)('$method /v2$path', ({ method, path, body }) => {
  it('is 401 without a key, with an unknown one, and with one of the wrong kind; it names the right one', async () => {
    const keyed = (key: string) => call(method, path, body, { 'x-api-key': key });
    for (const [key, code] of [
      ['', 'API_KEY_MISSING'],
      ['guess', 'API_KEY_INVALID'],
      [keyOf.mobileA, 'API_KEY_WRONG_KIND'],
    ] as const) {
      const refused = await keyed(key);
      expect(refused).toMatchObject({ status: 401, code });
      expect(refused.body.error.details).toEqual({ requiredKind: 'secret' });
    }
  });

  it('is 406 when JSON is not accepted, after the key was checked', async () => {
    const accepting = (accept: string, key: string = keyOf.secretA) =>
      call(method, path, body, { accept, 'x-api-key': key });
    for (const accept of [
      'text/html',
      'application/xml, text/*',
      'application/json;q=0',
      'application/json;q=0.0, */*',
    ]) {
      expect(await accepting(accept)).toMatchObject({ status: 406, code: 'NOT_ACCEPTABLE' });
    }
    expect((await accepting('text/html', 'guess')).status).toBe(401);
    for (const accept of [
      'application/json',
      '*/*',
      'text/html, application/*;q=0.5',
      'Application/JSON; charset=utf-8',
    ]) {
      expect((await accepting(accept)).status).not.toBe(406);
    }
  });

  it('is 405 for a method it has not, naming those it has', async () => {
    const answer = await service.app.inject({ method: 'PUT', url: `/v2${path}` });
    expect([answer.statusCode, answer.json().error.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.headers.allow).toContain(method);
  });

  it('takes a content type on a request without body', async () => {
    const answer = await call(method, path, undefined, { 'content-type': 'application/json' });
    if (body === undefined) expect(answer.code).not.toBe('BAD_REQUEST');
    else expect(answer).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe.each(withBody)('the body of $method /v2$path', ({ method, path, body }) => {
  it('is 415 in any form but JSON', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
    ]) {
      const answer = await service.app.inject({
        method,
        url: `/v2${path}`,
        headers: { 'x-api-key': keyOf.secretA, 'content-type': type },
        payload: JSON.stringify(body),
      });
      expect([type, answer.statusCode, answer.json().error.code]).toEqual([
        type,
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ]);
    }
  });

  it('is 400 when it is no JSON, lacks a field or has one too many', async () => {
    const answer = await service.app.inject({
      method,
      url: `/v2${path}`,
      headers: { 'x-api-key': keyOf.secretA, 'content-type': 'application/json' },
      payload: '{"a":',
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'BAD_REQUEST']);
    for (const wrong of [{}, [], { ...body, more: 1 }]) {
      expect(await call(method, path, wrong)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    }
  });
});
