import { RecognizeError } from '@openrecognize/contracts';
import { freshKey, type WebClient } from '@openrecognize/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pictureOf } from './fake-frames.ts';
import { encryptionKey, imageKeys, useWebService } from './use-web-service.ts';

const authorize = vi.fn(async (_request: { token: string | undefined }) => {});
const { current, connect, open, attempt, service } = useWebService({
  settings: { maxSessions: 3, maxSessionsPerTenant: 2, maxConnectionsPerAddress: 4, sessionTimeoutMs: 5_000 },
  userAuthorization: { authorize: (request) => authorize(request) },
});

afterEach(() => {
  authorize.mockReset();
  vi.useRealTimers();
});

const enrolling = async (name = 'acme'): Promise<WebClient> => {
  const client = await open({ flow: 'enroll', customer: { name }, transaction: { data: 'pay' } });
  await client.expect('begin-stream');
  return client;
};
const showAnn = (client: WebClient) => client.run((step) => pictureOf('ann', 10 + step));

describe('user authorization', () => {
  it('is asked for before any frame: SERVER_FORBIDDEN and close code 4003', async () => {
    authorize.mockRejectedValue(new RecognizeError('USER_AUTHORIZATION_INVALID'));
    const refused = await attempt('ann', { flow: 'enroll', authorization: { token: 't' } });
    expect(refused).toMatchObject({ verdict: { code: 'SERVER_FORBIDDEN' }, code: 4003 });
    expect(authorize.mock.calls[0]![0]).toMatchObject({ tenantId: 1, username: 'ann', token: 't' });
    expect(current.frames.pictures).toEqual([]);
    expect(current.fake.calls).toEqual(['readTenant']);
  });
});

describe('a lost connection', () => {
  it('is resumed with a fresh key and a counter from 0, and the frames before it count', async () => {
    const first = await enrolling();
    first.frame(pictureOf('ann', 1));
    await first.expect('frame-results');
    first.frame(pictureOf('ann', 2));
    await first.expect('frame-results');
    first.close(4999 as never);
    await first.closed;
    const second = await connect();
    second.resume(first, freshKey(encryptionKey));
    expect(await showAnn(second)).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
    const [begin] = second.received;
    expect(begin).toMatchObject({ type: 'begin-stream', stream: 1 });
    expect(second.received.filter(({ type }) => type === 'frame-results')).toHaveLength(1);
  });

  it('may be resumed while the old socket still looks open, which is then closed with 4009', async () => {
    const first = await enrolling();
    const second = await connect();
    second.resume(first, freshKey(encryptionKey));
    expect(await showAnn(second)).toMatchObject({ type: 'finished' });
    expect(await first.closed).toBe(4009);
  });

  it('gives no second resumption for one token', async () => {
    const first = await enrolling();
    const second = await connect();
    second.resume(first, freshKey(encryptionKey));
    await second.expect('begin-stream');
    const third = await connect();
    third.resume(first, freshKey(encryptionKey));
    expect(await third.next()).toMatchObject({ type: 'error', code: 'SERVER_TIMEOUT' });
    expect(await showAnnNow(second)).toMatchObject({ type: 'finished' });
  });

  it('is not resumed with a key of another length', async () => {
    const first = await enrolling();
    first.close();
    await first.closed;
    const second = await connect();
    const { publicEncrypt } = await import('node:crypto');
    const { publicKey, id } = encryptionKey;
    const wrapped = publicEncrypt({ key: publicKey, oaepHash: 'sha256' }, Buffer.alloc(16)).toString(
      'base64',
    );
    second.resume(first, { key: Buffer.alloc(32), message: { id, wrapped } });
    expect(await second.next()).toMatchObject({ type: 'error', code: 'SERVER_IMAGE_ENCRYPT_FAILED' });
    expect(await second.closed).toBe(4002);
  });

  it('refuses a frame that was encrypted for the stream before (WS-5)', async () => {
    const first = await enrolling();
    const key = freshKey(encryptionKey);
    const stolen = first.frame(pictureOf('ann', 1), { sequence: 0 });
    await first.expect('frame-results');
    const second = await connect();
    second.resume(first, key);
    await second.expect('begin-stream');
    second.sendRaw(stolen);
    expect(await second.next()).toMatchObject({ type: 'error', code: 'SERVER_IMAGE_ENCRYPT_FAILED' });
  });

  it('gets a verdict that fell meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    const { openFurtherDevice: _unused, ...backend } = current.matching.backend;
    const { putClientState } = backend;
    Object.assign(current.matching.backend, {
      putClientState: async (...args: Parameters<typeof putClientState>) => {
        await gate.promise;
        return putClientState(...args);
      },
    });
    const first = await enrolling();
    first.frame(pictureOf('ann', 0));
    for (let i = 1; i < 3; i++) {
      await first.expect('frame-results');
      first.frame(pictureOf('ann', i));
    }
    await first.expect('frame-results');
    await first.expect('stop-stream');
    first.close();
    await first.closed;
    gate.resolve();
    await vi.waitFor(() => expect(current.matching.signed).toEqual(['pay']), 5_000);
    const second = await connect();
    second.resume(first, freshKey(encryptionKey));
    expect(await showAnn(second)).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
    expect(await second.closed).toBe(1000);
  });
});

/** For a client whose `begin-stream` was read already. */
const showAnnNow = (client: WebClient) => {
  client.frame(pictureOf('ann', 5));
  return showAnn(client);
};

describe('a session that moves to another device', () => {
  it('goes on there; the JWT comes to the device that began (WS-11)', async () => {
    const desktop = await enrolling();
    desktop.frame(pictureOf('eve', 1));
    await desktop.expect('frame-results');
    desktop.send({ type: 'request-transfer' });
    const { token, expiresInSeconds } = await desktop.expect('transfer');
    expect(expiresInSeconds).toBe(180);
    const phone = await connect();
    phone.join(token, freshKey(encryptionKey));
    const onPhone = await phone.run((step) => ({ ...pictureOf('ann', step) }));
    expect(phone.received[0]).toMatchObject({
      type: 'begin-stream',
      stream: 1,
      subject: { flow: 'enroll', username: 'ann', transaction: { data: 'pay' } },
    });
    const { keylessId } = onPhone as { keylessId: string };
    expect(onPhone).toEqual({ type: 'finished', keylessId });
    expect(await phone.closed).toBe(1000);
    expect(await desktop.closed).toBe(1000);
    const types = desktop.received.slice(3).map(({ type }) => type);
    expect(types).toEqual([
      'transfer-joined',
      ...Array.from({ length: 3 }, () => 'frame-results'),
      'stop-stream',
      'finished',
    ]);
    expect(desktop.received.at(-1)).toMatchObject({ jwt: 'jwt of pay', keylessId });
  });

  it('can be joined once, by nobody with a made-up token, and not after it was asked for anew', async () => {
    const desktop = await enrolling();
    desktop.send({ type: 'request-transfer' });
    const old = await desktop.expect('transfer');
    desktop.send({ type: 'request-transfer' });
    const { token } = await desktop.expect('transfer');
    const join = async (wanted: string) => {
      const phone = await connect();
      phone.join(wanted, freshKey(encryptionKey));
      return phone.next();
    };
    expect(await join('A'.repeat(43))).toMatchObject({ code: 'SERVER_TIMEOUT' });
    expect(await join(old.token)).toMatchObject({ code: 'SERVER_TIMEOUT' });
    expect(await join(token)).toMatchObject({ type: 'begin-stream' });
    expect(await join(token)).toMatchObject({ code: 'SERVER_TIMEOUT' });
  });

  it('keeps the one that began as its watcher, which was resuming just then', async () => {
    const desktop = await enrolling();
    desktop.send({ type: 'request-transfer' });
    const { token } = await desktop.expect('transfer');
    desktop.close();
    await desktop.closed;
    const gate = Promise.withResolvers<void>();
    const { unwrap } = imageKeys;
    const slowly = vi.spyOn(imageKeys, 'unwrap').mockImplementationOnce(async (...args) => {
      await gate.promise;
      return unwrap(...args);
    });
    const again = await connect();
    again.resume(desktop, freshKey(encryptionKey));
    await vi.waitFor(() => expect(slowly).toHaveBeenCalledOnce());
    const phone = await connect();
    phone.join(token, freshKey(encryptionKey));
    await phone.expect('begin-stream');
    gate.resolve();
    await again.expect('transfer-joined');
    expect(await showAnnNow(phone)).toEqual({ type: 'finished', keylessId: expect.any(String) });
    expect(await again.closed).toBe(1000);
    expect(again.received.at(-1)).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
    slowly.mockRestore();
  });

  it('ends for both when one of them gives up', async () => {
    const desktop = await enrolling();
    desktop.send({ type: 'request-transfer' });
    const { token } = await desktop.expect('transfer');
    const phone = await connect();
    phone.join(token, freshKey(encryptionKey));
    await phone.expect('begin-stream');
    await desktop.expect('transfer-joined');
    phone.send({ type: 'cancel' });
    expect(await phone.closed).toBe(1000);
    expect(await desktop.next()).toMatchObject({ type: 'error', code: 'SERVER_TIMEOUT' });
    expect(await desktop.closed).toBe(4008);
  });
});

describe('a service without room (WS-13)', () => {
  const noRoom = { type: 'error', code: 'SERVER_UNAVAILABLE_SERVICE', retryable: true };

  it('refuses sessions of a tenant, sessions at all, and connections of an address beyond their limits', async () => {
    await enrolling();
    await enrolling();
    const ofTenant = await open({ flow: 'enroll' });
    expect(await ofTenant.next()).toMatchObject(noRoom);
    const other = await open({ flow: 'enroll', customer: { name: 'other' } });
    expect(await other.next()).toMatchObject({ type: 'begin-stream' });
    const oneMore = await open({ flow: 'enroll', customer: { name: 'other' } });
    expect(await oneMore.next()).toMatchObject(noRoom);
    expect(await oneMore.closed).toBe(4503);
    await connect();
    const tooMany = await connect();
    expect(await tooMany.next()).toMatchObject(noRoom);
    expect(await tooMany.closed).toBe(4503);
  });

  it('counts sessions whose connection was dropped until they can’t be resumed any more', async () => {
    for (let i = 0; i < 3; i++) {
      const client = await enrolling(i < 2 ? 'acme' : 'other');
      client.close();
      await client.closed;
    }
    const next = await open({ flow: 'enroll', customer: { name: 'other' } });
    expect(await next.next()).toMatchObject(noRoom);
  });

  it('has room again when sessions end', async () => {
    for (let i = 0; i < 6; i++) {
      const client = await enrolling();
      client.send({ type: 'cancel' });
      expect(await client.closed).toBe(1000);
    }
  });

  it('that is to stop lets sessions finish and takes no more', async () => {
    const running = await enrolling();
    const late = await connect();
    const stopped = service().close(10_000);
    late.hello({ flow: 'enroll', customer: { name: 'acme' }, username: 'bob' }, freshKey(encryptionKey));
    expect(await late.next()).toMatchObject(noRoom);
    expect(await showAnnNow(running)).toMatchObject({ type: 'finished' });
    await stopped;
  });
});

describe('deadlines', () => {
  it('end a session whose pictures never do, with the filters that were triggered', async () => {
    const client = await open({ flow: 'enroll' });
    const verdict = await client.run(() => pictureOf('nobody'));
    expect(verdict).toMatchObject({ code: 'SERVER_RECOGNITION_FAILED', filters: ['face_missing'] });
  });

  it('end a session of a still picture for its lack of movement', async () => {
    const client = await open({ flow: 'enroll' });
    const verdict = await client.run(() => pictureOf('ann', 1));
    expect(verdict).toMatchObject({
      code: 'SERVER_RECOGNITION_FAILED',
      filters: ['no_movement_from_subject'],
    });
    expect(current.fake.users.size).toBe(0);
  });

  it('end a session without a frame with SERVER_TIMEOUT', async () => {
    const client = await enrolling();
    expect(await client.next()).toMatchObject({ code: 'SERVER_TIMEOUT', retryable: true });
    expect(await client.closed).toBe(4008);
  });
});
