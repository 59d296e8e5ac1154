import { generateKeyPairSync } from 'node:crypto';
import { type FrameTampering, freshKey, type SessionWish, type WebClient } from '@openrecognize/testing';
import { describe, expect, it } from 'vitest';
import { pictureOf } from './fake-frames.ts';
import { encryptionKey, useWebService } from './use-web-service.ts';

const { current, connect, open, wish, service } = useWebService();

const begun = async (more: Partial<SessionWish> = {}): Promise<WebClient> => {
  const client = await open({ flow: 'enroll', ...more });
  await client.expect('begin-stream');
  return client;
};

const ending = async (client: WebClient) => {
  for (;;) {
    const message = await client.next();
    if (message === undefined || message.type === 'error') {
      return { code: message?.code, closeCode: await client.closed };
    }
  }
};

describe('a frame that is not what the session expects (WS-3, WS-4, WS-6)', () => {
  const undecryptable = { code: 'SERVER_IMAGE_ENCRYPT_FAILED', closeCode: 4002 };
  const outOfOrder = { code: 'SERVER_UNPROCESSABLE_EVENT', closeCode: 4002 };
  const malformed = { code: 'SERVER_VALIDATION_FAILED', closeCode: 4002 };
  const flip = (at: number) => (message: Uint8Array) => {
    message[at < 0 ? message.length + at : at]! ^= 1;
  };

  it.each<[string, FrameTampering, object]>([
    ['a bit of its ciphertext is flipped', { damage: flip(30) }, undecryptable],
    ['a bit of its tag is flipped', { damage: flip(-1) }, undecryptable],
    ['its time was changed on the way', { damage: flip(8) }, undecryptable],
    ['it was made for another username', { subject: { username: 'eve' } }, undecryptable],
    ['it was made for another customer', { subject: { customer: { name: 'other' } } }, undecryptable],
    ['it was made for the other flow', { subject: { flow: 'auth' } }, undecryptable],
    ['it was made for other transaction data', { subject: { transaction: { data: '' } } }, undecryptable],
    ['it was made for another operation', { subject: { operation: { id: 'o' } } }, undecryptable],
    ['it was made for another session', { sessionId: 'A'.repeat(22) }, undecryptable],
    ['it skips a sequence', { sequence: 1 }, outOfOrder],
    ['it shows a flash where there is none', { flashStep: 1 }, outOfOrder],
    ['its version is another', { damage: flip(0) }, malformed],
    ['a reserved flag is set', { damage: flip(2) }, malformed],
    ['its encoding is unknown', { damage: (message) => (message[1] = 9) }, malformed],
  ])('ends it: %s', async (_what, tampering, expected) => {
    const client = await begun();
    client.frame(pictureOf('ann'), tampering);
    expect(await ending(client)).toEqual(expected);
    expect(current.frames.pictures).toEqual([]);
  });

  it('ends it when it comes a second time', async () => {
    const client = await begun();
    const message = client.frame(pictureOf('ann'));
    await client.expect('frame-results');
    client.sendRaw(message);
    expect(await ending(client)).toEqual(outOfOrder);
  });

  it('ends it when it comes before the results of the one before', async () => {
    const client = await begun();
    client.frame(pictureOf('ann', 0));
    client.frame(pictureOf('ann', 1));
    expect(await ending(client)).toEqual(outOfOrder);
  });

  it('ends it when time runs backwards', async () => {
    const client = await begun();
    client.frame(pictureOf('ann', 0), { capturedAtMs: 500 });
    await client.expect('frame-results');
    client.frame(pictureOf('ann', 1), { capturedAtMs: 499 });
    expect(await ending(client)).toEqual(outOfOrder);
  });

  it.each([
    ['no JPEG', { encoding: 'jpeg', width: 96, height: 96, bytes: new Uint8Array(200) } as const],
    ['pixels of another size', { ...pictureOf('ann'), width: 97 }],
    ['what the decoder refuses', pictureOf('garbage')],
  ])('ends it: %s', async (_what, picture) => {
    const client = await begun();
    client.frame(picture);
    expect(await ending(client)).toEqual(malformed);
  });

  it('closes the socket with 1009 when it is larger than any frame may be', async () => {
    const client = await begun();
    client.sendRaw(new Uint8Array(1_048_577));
    expect(await client.closed).toBe(1009);
  });
});

describe('a session key', () => {
  const stranger = {
    id: encryptionKey.id,
    publicKey: generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey,
  };

  it.each([
    ['wrapped under another key', stranger],
    ['of an unknown id', { ...encryptionKey, id: 'other' }],
  ])('%s is refused with SERVER_IMAGE_ENCRYPT_FAILED', async (_what, key) => {
    const client = await connect();
    client.hello(wish({ flow: 'enroll' }), freshKey(key));
    expect(await ending(client)).toEqual({ code: 'SERVER_IMAGE_ENCRYPT_FAILED', closeCode: 4002 });
  });

  it('that is no canonical base64 is refused alike', async () => {
    const client = await connect();
    const { key, message } = freshKey(encryptionKey);
    client.hello(wish({ flow: 'enroll' }), { key, message: { ...message, wrapped: 'A' } });
    expect(await ending(client)).toEqual({ code: 'SERVER_IMAGE_ENCRYPT_FAILED', closeCode: 4002 });
  });

  it('is looked at only after the user was admitted', async () => {
    const client = await connect();
    client.hello(wish(), freshKey(stranger));
    expect(await ending(client)).toMatchObject({ code: 'SERVER_USER_NOT_FOUND' });
  });
});

describe('the colour flash', () => {
  it('is told anew with each result, and asks that the face reflects it', async () => {
    const client = await open({ flow: 'enroll', cameraFlash: true });
    expect(await client.run((step) => pictureOf('ann', step))).toMatchObject({ type: 'finished' });
    const flashes = client.received.flatMap((message) =>
      'flash' in message && message.flash ? [message.flash] : [],
    );
    expect(flashes.map(({ step }) => step)).toEqual(flashes.map((_flash, step) => step));
    expect(flashes.length).toBeGreaterThanOrEqual(4);
    for (const [i, { colour }] of flashes.entries()) {
      expect(colour).toMatch(/^#[0-9a-f]{6}$/);
      expect(colour).not.toBe(flashes[i - 1]?.colour);
    }
  });

  it('takes the step before, which may still have been on the screen, and none older', async () => {
    const client = await begun({ cameraFlash: true });
    client.frame(pictureOf('ann', 0));
    await client.expect('frame-results');
    client.frame(pictureOf('ann', 1), { flashStep: 0 });
    await client.expect('frame-results');
    client.frame(pictureOf('ann', 2), { flashStep: 0 });
    expect(await ending(client)).toMatchObject({ code: 'SERVER_UNPROCESSABLE_EVENT' });
  });
});

describe('an upgrade', () => {
  const refused = async (path: string, protocol: string) => {
    const { WebClient } = await import('@openrecognize/testing');
    return WebClient.connect(current.url + path, protocol).then(
      () => 'open',
      () => 'refused',
    );
  };

  it('is for the two paths of the web session and its subprotocol alone', async () => {
    expect(await refused('/v1/users/acme/ann', 'openrecognize.v1')).toBe('refused');
    expect(await refused('/health/live', 'openrecognize.v1')).toBe('refused');
    expect(await refused('/', 'chat')).toBe('refused');
    expect(current.logLines.join('')).not.toContain('/v1/users/acme');
    const client = await connect('/v1/web-sessions');
    client.send({ type: 'cancel' });
    expect(await ending(client)).toMatchObject({ code: 'SERVER_UNPROCESSABLE_EVENT' });
  });

  it('leaves the gauge of requests in flight as it was', async () => {
    const client = await begun();
    client.close();
    await client.closed;
    const { metrics } = service();
    const { values } = await metrics.httpRequestsInFlight.get();
    expect(values.map(({ value }) => value)).toEqual([0]);
  });

  it('without an upgrade finds nothing there', async () => {
    const answer = await fetch(current.url.replace('ws:', 'http:'));
    expect({ status: answer.status, code: (await answer.json()).error.code }).toEqual({
      status: 404,
      code: 'NOT_FOUND',
    });
  });
});
