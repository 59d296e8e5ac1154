import type { HttpRequest } from '@keyless/sdk-mobile';
import { bytesToBase64, concatBytes, u32le, utf8ToBytes } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { observeExchange } from './observe-exchange.ts';

const userId = 'A'.repeat(64);
const deviceId = 'B'.repeat(32);
const json = (value: unknown) => utf8ToBytes(JSON.stringify(value));
const request = (method: HttpRequest['method'], path: string, body?: Uint8Array): HttpRequest => ({
  baseUrl: 'http://core',
  path,
  method,
  headers: { 'x-api-key': 'secret' },
  timeoutMs: 1,
  ...(body ? { body } : {}),
});
const answer = (httpCode: number, body: unknown) => ({ errorCode: 0, httpCode, responseBody: json(body) });

/** spec 04 §4.2 */
const stepTwo = (header: object, labels: number) => {
  const text = json(header);
  const prefix = [utf8ToBytes('ZKUA'), u32le(1), u32le(text.length), u32le(labels)];
  return concatBytes(...prefix, text, new Uint8Array(16 * labels).fill(0xee));
};

describe('observeExchange', () => {
  it('reads sizes and ids of a step 2 message and its answer, and keeps neither labels nor token nor blob', () => {
    const header = {
      userId,
      deviceId,
      circuitIndex: 7,
      transactionData: 'zwölf €',
      signature: 'c2lnbmF0dXJl',
    };
    const body = stepTwo(header, 2048);
    const seen = observeExchange(
      request('POST', '/v1/authentications/0190f4e2-0000-7000-8000-000000000000', body),
      answer(200, {
        userId,
        signedJwt: 'aaa.bbb.ccc',
        sealedTemplate: bytesToBase64(new Uint8Array(284)),
        stock: 24,
        refill: { ticket: 'ticket-secret', fromIndex: 25, count: 1 },
      }),
      12.5,
    );
    expect(seen).toEqual({
      step: 'finishAuthentication',
      sentBytes: body.length,
      receivedBytes: expect.any(Number),
      status: 200,
      durationMs: 12.5,
      facts: {
        userId,
        deviceId,
        labels: 2048,
        circuitIndex: 7,
        transactionBytes: 10,
        sealedBytes: 284,
        jwtBytes: 11,
        stock: 24,
        refillCircuits: 1,
      },
    });
    expect(JSON.stringify(seen)).not.toMatch(/zwölf|aaa\.bbb|ticket-secret|c2lnbmF0dXJl|secret/);
  });

  it('reads count and payload size of a batch', () => {
    const header = concatBytes(utf8ToBytes('ZKCB'), Uint8Array.of(1, 1, 3, 0), u32le(65_568));
    const path = `/v1/users/${userId}/devices/${deviceId}/circuits`;
    const seen = observeExchange(request('PUT', path, header), answer(200, { stored: 3, stock: 25 }), 1);
    expect(seen).toMatchObject({
      step: 'uploadCircuits',
      facts: { circuits: 3, payloadBytes: 65_568, stock: 25 },
    });
  });

  it('tells the enrollment upload from the refill, and a begin from a finish', () => {
    const stepOf = (method: HttpRequest['method'], path: string) =>
      observeExchange(request(method, path), answer(200, {}), 1)?.step;
    expect(stepOf('PUT', '/v1/enrollments/1/circuits')).toBe('uploadEnrollmentCircuits');
    expect(stepOf('POST', '/v1/enrollments/1/commit')).toBe('commitEnrollment');
    expect(stepOf('POST', '/v1/enrollments')).toBe('beginEnrollment');
    expect(stepOf('POST', '/v1/authentications')).toBe('beginAuthentication');
    expect(stepOf('POST', '/v1/authentications/1')).toBe('finishAuthentication');
    expect(stepOf('POST', '/v1/devices/status')).toBe('deviceStatus');
    expect(stepOf('GET', '/v1/authentications')).toBeUndefined();
    expect(stepOf('DELETE', '/internal/v1/users/1')).toBeUndefined();
  });

  it('keeps the code of a refusal with the numbers a person needs', () => {
    const details = { remainingAttempts: 0, lockoutRemainingSeconds: 600 };
    const body = { error: { code: 'FAILED_TO_AUTHENTICATE_USER', number: 512, message: 'no', details } };
    const seen = observeExchange(
      request('POST', '/v1/authentications/1', stepTwo({}, 64)),
      answer(401, body),
      1,
    );
    expect(seen).toMatchObject({ errorCode: 'FAILED_TO_AUTHENTICATE_USER', status: 401, facts: details });
  });

  it('gives status 0 when no answer came, whichever way the network says so', () => {
    const sent = request('POST', '/v1/authentications', json({ userId, deviceId, nextIndex: 3 }));
    const lost = { step: 'beginAuthentication', status: 0, receivedBytes: 0, facts: { nextIndex: 3 } };
    expect(observeExchange(sent, undefined, 1)).toMatchObject(lost);
    const noAnswer = { errorCode: 5, httpCode: 0, responseBody: '' };
    expect(observeExchange(sent, noAnswer, 1)).toMatchObject(lost);
  });

  it('survives bodies that are no messages', () => {
    for (const body of [new Uint8Array(0), new Uint8Array(11), utf8ToBytes('{"x":'), json(null), json([1])]) {
      for (const path of ['/v1/authentications', '/v1/authentications/1', '/v1/enrollments']) {
        const garbage = { errorCode: 0, httpCode: 502, responseBody: '<html>' };
        expect(observeExchange(request('POST', path, body), garbage, 1)?.errorCode).toBe('UNKNOWN_ERROR');
      }
    }
  });
});
