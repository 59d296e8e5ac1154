import { RecognizeError, WEB_ERRORS } from '@openrecognize/contracts';
import { closeCodeOf, type WebSessionErrorCode } from '@openrecognize/contracts/ws';
import { freshKey, type WebClient } from '@openrecognize/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pictureOf } from './fake-frames.ts';
import { encryptionKey, useWebService } from './use-web-service.ts';

const authorize = vi.fn(async () => {});
const { current, connect, open, attempt } = useWebService({
  stock: 6,
  settings: { maxFrames: 4 },
  userAuthorization: { authorize },
});

afterEach(() => authorize.mockReset());

const clientOf = async ({ client }: { client: WebClient }): Promise<WebClient> => client;
const enroll = () => attempt('ann', { flow: 'enroll' });
const withFault = (code: ConstructorParameters<typeof RecognizeError>[0]) => {
  current.fake.fail('readTenant', code);
  return open();
};
const streaming = async (): Promise<WebClient> => {
  const client = await open({ flow: 'enroll' });
  await client.expect('begin-stream');
  return client;
};

/** How to get each code from a running service. The type leaves none out. */
const provoke: Readonly<Record<WebSessionErrorCode, () => Promise<WebClient>>> = {
  SERVER_CUSTOMER_NOT_FOUND: () => open({ customer: { name: 'nobody' } }),
  SERVER_USER_NOT_FOUND: () => open(),
  SERVER_USER_ALREADY_ENROLLED: async () => {
    await enroll();
    return open({ flow: 'enroll' });
  },
  SERVER_FACE_DOES_NOT_MATCH: async () => {
    await enroll();
    return clientOf(await attempt('eve'));
  },
  SERVER_RECOGNITION_FAILED: async () => clientOf(await attempt('nobody', { flow: 'enroll' })),
  SERVER_USER_LOCKED_OUT: async () => {
    await enroll();
    for (let i = 0; i < 5; i++) await attempt('eve');
    return open();
  },
  SERVER_NO_ATTEMPTS_LEFT: async () => {
    await enroll();
    current.matching.askForRefill(0);
    for (let i = 0; i < 6; i++) await attempt('ann');
    return open();
  },
  SERVER_FORBIDDEN: () => {
    authorize.mockRejectedValue(new RecognizeError('USER_AUTHORIZATION_INVALID'));
    return open();
  },
  SERVER_TIMEOUT: () => withFault('SERVICE_TIMEOUT'),
  SERVER_UNAVAILABLE_SERVICE: () => withFault('SERVICE_UNAVAILABLE'),
  SERVER_IMAGE_ENCRYPT_FAILED: async () => {
    const client = await streaming();
    client.frame(pictureOf('ann'), { sessionId: 'x' });
    return client;
  },
  SERVER_INTERNAL_ERROR: () => withFault('INTERNAL_ERROR'),
  SERVER_UNPROCESSABLE_EVENT: async () => {
    const client = await connect();
    client.send({ type: 'cancel' });
    return client;
  },
  SERVER_VALIDATION_FAILED: async () => {
    const client = await connect();
    client.sendRaw('{"type":"hello"}');
    return client;
  },
};

describe('every code of a web session', () => {
  it.each(Object.entries(provoke))(
    '%s can be had, with its message and its close code',
    async (code, run) => {
      const client = await run();
      const closeCode = await client.closed;
      const { meaning, retryable } = WEB_ERRORS[code as WebSessionErrorCode];
      expect(client.received.at(-1)).toMatchObject({ type: 'error', code, message: meaning, retryable });
      expect(closeCode).toBe(closeCodeOf(code as WebSessionErrorCode));
    },
  );

  it('is told at a second hello, too', async () => {
    const client = await streaming();
    client.hello({ flow: 'enroll', customer: { name: 'acme' }, username: 'ann' }, freshKey(encryptionKey));
    expect(await client.next()).toMatchObject({ code: 'SERVER_UNPROCESSABLE_EVENT' });
  });
});
