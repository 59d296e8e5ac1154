import { createServer } from 'node:net';
import { WEB_SESSION_SUBPROTOCOL } from '@openrecognize/contracts/ws';
import { freshKey, type WebClient } from '@openrecognize/testing';
import { describe, expect, it, vi } from 'vitest';
import { createPeerTokens } from '../src/peers/peer-tokens.ts';
import { connectToReplica } from '../src/peers/relay-link.ts';
import { createRelayPasses } from '../src/peers/relay-pass.ts';
import { RELAY_PATH, RELAY_SUBPROTOCOL } from '../src/peers/relay-protocol.ts';
import { pictureOf } from './fake-frames.ts';
import { encryptionKey, serviceKey, useWebService } from './use-web-service.ts';

const { current, connect, open, service } = useWebService({
  replicas: 2,
  settings: { maxConnectionsPerAddress: 5 },
});

const timeout = { type: 'error', code: 'SERVER_TIMEOUT', retryable: true };
const enrolling = async (): Promise<WebClient> => {
  const client = await open({ flow: 'enroll', transaction: { data: 'pay' } });
  await client.expect('begin-stream');
  return client;
};
const transferOf = async (client: WebClient): Promise<string> => {
  client.send({ type: 'request-transfer' });
  return (await client.expect('transfer')).token;
};
const showAnn = (client: WebClient, from = 10) => client.run((step) => pictureOf('ann', from + step));
const addressOf = (replica: number): string => current.urls[replica]!.replace('ws:', 'http:');
const socketsOf = (replica: number) => [...service(replica).app.websocketServer.clients];

/** Something that listens, and how often it was called. */
const listener = async () => {
  let calls = 0;
  const server = createServer((socket) => {
    calls++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { address: `http://127.0.0.1:${port}`, calls: () => calls, close: () => server.close() };
};

describe('a session of another replica (WS-14)', () => {
  it('is resumed through it, and what was sent before counts', async () => {
    const first = await enrolling();
    first.frame(pictureOf('ann', 1));
    await first.expect('frame-results');
    first.frame(pictureOf('ann', 2));
    await first.expect('frame-results');
    first.close(4999 as never);
    await first.closed;
    const second = await connect('/', 1);
    second.resume(first, freshKey(encryptionKey));
    expect(await showAnn(second)).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
    expect(await second.closed).toBe(1000);
    expect(second.received.filter(({ type }) => type === 'frame-results')).toHaveLength(1);
    await vi.waitFor(() => expect(socketsOf(0)).toEqual([]));
  });

  it('is joined through it, and resumed again by the device that joined', async () => {
    const desktop = await enrolling();
    const phone = await connect('/v1/web-sessions', 1);
    phone.join(await transferOf(desktop), freshKey(encryptionKey));
    await phone.expect('begin-stream');
    await desktop.expect('transfer-joined');
    for (const socket of socketsOf(1)) socket.terminate();
    expect(await phone.closed).toBe(1006);
    const again = await connect('/', 1);
    again.resume(phone, freshKey(encryptionKey));
    expect(await showAnn(again)).toEqual({ type: 'finished', keylessId: expect.any(String) });
    expect(await again.closed).toBe(1000);
    expect(await desktop.closed).toBe(1000);
    expect(desktop.received.at(-1)).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
  });

  it('keeps a verdict for a client that did not confirm it to the replica in between', async () => {
    const first = await enrolling();
    first.close(4999 as never);
    await first.closed;
    const second = await connect('/', 1);
    second.resume(first, freshKey(encryptionKey));
    await second.expect('begin-stream');
    const gate = Promise.withResolvers<void>();
    const { putClientState } = current.matching.backend;
    Object.assign(current.matching.backend, {
      putClientState: async (...args: Parameters<typeof putClientState>) => {
        await gate.promise;
        return putClientState(...args);
      },
    });
    for (let i = 0; i < 3; i++) {
      second.frame(pictureOf('ann', i));
      await second.expect('frame-results');
    }
    await second.expect('stop-stream');
    for (const socket of socketsOf(1)) socket.terminate();
    gate.resolve();
    await vi.waitFor(() => expect(current.matching.signed).toEqual(['pay']), 5_000);
    const third = await connect('/', 1);
    third.resume(second, freshKey(encryptionKey));
    expect(await third.next()).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
  });

  it('keeps a verdict whose close the client never confirmed', async () => {
    const first = await enrolling();
    const second = await connect('/', 1);
    second.resume(first, freshKey(encryptionKey));
    await second.expect('begin-stream');
    const [between] = socketsOf(1);
    // The connection breaks as it is to be closed.
    Object.assign(between!, { close: () => between!.terminate() });
    for (let i = 0; i < 3; i++) {
      second.frame(pictureOf('ann', i));
      await second.expect('frame-results');
    }
    expect(await second.closed).toBe(1006);
    const third = await connect('/', 1);
    third.resume(second, freshKey(encryptionKey));
    expect(await third.next()).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
    expect(await third.closed).toBe(1000);
    const fourth = await connect('/', 1);
    fourth.resume(second, freshKey(encryptionKey));
    expect(await fourth.next()).toMatchObject(timeout);
  });

  it('goes on elsewhere when the replica in between stops', async () => {
    const first = await enrolling();
    const second = await connect('/', 1);
    second.resume(first, freshKey(encryptionKey));
    await second.expect('begin-stream');
    const stopped = service(1).close(10_000);
    expect(await second.closed).toBe(1006);
    await stopped;
    const third = await connect('/', 0);
    third.resume(second, freshKey(encryptionKey));
    expect(await showAnn(third)).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
  });

  it('gives its client the codes and close codes it would have there', async () => {
    const first = await enrolling();
    const phone = await connect('/', 1);
    phone.join(await transferOf(first), freshKey(encryptionKey));
    await phone.expect('begin-stream');
    phone.sendRaw('{}');
    expect(await phone.next()).toMatchObject({ code: 'SERVER_VALIDATION_FAILED' });
    expect(await phone.closed).toBe(4002);
  });

  it('is left when its replica dies: the client is cut off, and resuming gets SERVER_TIMEOUT', async () => {
    const first = await enrolling();
    const second = await connect('/', 1);
    second.resume(first, freshKey(encryptionKey));
    await second.expect('begin-stream');
    second.frame(pictureOf('ann', 1));
    await second.expect('frame-results');
    const dying = service(0).app;
    dying.server.close();
    for (const socket of socketsOf(0)) socket.terminate();
    expect(await second.closed).toBe(1006);
    const third = await connect('/', 1);
    third.resume(second, freshKey(encryptionKey));
    expect(await third.next()).toMatchObject(timeout);
    expect(await third.closed).toBe(4008);
  });

  it('frees its places when clients of the replica in between go', async () => {
    for (let i = 0; i < 8; i++) {
      const first = await enrolling();
      const second = await connect('/', 1);
      second.resume(first, freshKey(encryptionKey));
      await second.expect('begin-stream');
      second.send({ type: 'cancel' });
      expect(await second.closed).toBe(1000);
      await vi.waitFor(() => expect(socketsOf(0).length + socketsOf(1).length).toBe(0));
    }
  });
});

describe('a token', () => {
  const joinAt = async (token: string, replica = 1) => {
    const client = await connect('/', replica);
    client.join(token, freshKey(encryptionKey));
    return client.next();
  };
  const sealedTo = (address: string, key = serviceKey, now = Date.now) =>
    createPeerTokens({ serviceKey: key, ownAddress: address, now }).issue(
      crypto.getRandomValues(new Uint8Array(32)),
    );

  it('says nothing about addresses to who has no key', async () => {
    const token = await transferOf(await enrolling());
    expect(Buffer.from(token, 'base64url').includes('127.0.0.1')).toBe(false);
    expect(token).toMatch(/^[\w-]{43}\.[\w-]{28,400}$/);
  });

  it('leads nowhere unless a replica sealed that very token lately (WS-14)', async () => {
    const target = await listener();
    const real = sealedTo(target.address);
    const [, sealed] = real.split('.');
    const hourAgo = () => Date.now() - 3_700_000;
    for (const token of [
      sealedTo(target.address, 'another key of services'),
      sealedTo(target.address, serviceKey, hourAgo),
      `${'A'.repeat(43)}.${sealed}`,
      `${real.slice(0, -3)}AAA`,
    ])
      expect(await joinAt(token), token).toMatchObject(timeout);
    expect(target.calls()).toBe(0);
    expect(await joinAt(real)).toMatchObject(timeout);
    expect(target.calls()).toBe(1);
    target.close();
  });

  it('of another replica works once, whichever replica is asked', async () => {
    const token = await transferOf(await enrolling());
    expect(await joinAt(token)).toMatchObject({ type: 'begin-stream', stream: 1 });
    expect(await joinAt(token)).toMatchObject(timeout);
    expect(await joinAt(token, 0)).toMatchObject(timeout);
  });
});

describe('the path between replicas (WS-15)', () => {
  const passes = (address: string, key = serviceKey) =>
    createRelayPasses({ serviceKey: key, ownAddress: address, now: Date.now });
  const dial = (pass: string, replica = 0) => {
    const socket = connectToReplica(addressOf(replica), pass);
    return new Promise<WebSocket | undefined>((resolve) => {
      socket.addEventListener('open', () => resolve(socket));
      socket.addEventListener('error', () => resolve(undefined));
    });
  };
  const forwarded = { client: '192.0.2.9', requestId: 'r' };

  it('opens for a pass of this installation to this replica alone', async () => {
    const pass = passes(addressOf(1)).issue(addressOf(0), forwarded);
    const socket = await dial(pass);
    expect(socket?.protocol).toBe(RELAY_SUBPROTOCOL);
    socket?.close();
    for (const wrong of [
      '',
      'a.b',
      `${pass}A`,
      `x${pass}`,
      passes(addressOf(1), 'another key of services').issue(addressOf(0), forwarded),
      passes(addressOf(1)).issue(addressOf(1), forwarded),
    ])
      expect(await dial(wrong), wrong).toBeUndefined();
  });

  it('forwards nothing further: a token of yet another replica ends there', async () => {
    const target = await listener();
    const token = createPeerTokens({ serviceKey, ownAddress: target.address, now: Date.now }).issue(
      new Uint8Array(32).fill(3),
    );
    const socket = await dial(passes(addressOf(1)).issue(addressOf(0), forwarded));
    const signals: unknown[] = [];
    socket!.addEventListener('message', ({ data }) => signals.push(data));
    const { message } = freshKey(encryptionKey);
    socket!.send(JSON.stringify({ type: 'join', version: 1, token, key: message, encoding: 'luma' }));
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    expect(signals).toEqual([expect.stringContaining('SERVER_TIMEOUT'), 'c4008']);
    expect(target.calls()).toBe(0);
    target.close();
    socket!.close();
  });

  it('counts connections for the client’s own address', async () => {
    const sockets = [];
    for (let i = 0; i < 6; i++) sockets.push(await dial(passes(addressOf(1)).issue(addressOf(0), forwarded)));
    const last = sockets.at(-1)!;
    const signal = await new Promise((resolve) =>
      last.addEventListener('message', ({ data }) => resolve(data)),
    );
    expect(signal).toContain('SERVER_UNAVAILABLE_SERVICE');
    const other = { ...forwarded, client: '192.0.2.10' };
    const free = await dial(passes(addressOf(1)).issue(addressOf(0), other));
    free!.addEventListener('message', () => expect.fail('refused'));
    expect(free?.readyState).toBe(WebSocket.OPEN);
    for (const socket of [...sockets, free]) socket?.close();
  });

  it('takes no client of the web session', async () => {
    await expect(
      new Promise((_resolve, reject) => {
        const socket = new WebSocket(current.urls[0] + RELAY_PATH, WEB_SESSION_SUBPROTOCOL);
        socket.addEventListener('error', () => reject(new Error('refused')));
      }),
    ).rejects.toThrow('refused');
  });
});
