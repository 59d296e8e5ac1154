import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { WEB_SESSION_SUBPROTOCOL } from '@openrecognize/contracts/ws';
import { freshKey, type SessionWish, type WebClient } from '@openrecognize/testing';
import { describe, expect, it, vi } from 'vitest';
import { pictureOf } from './fake-frames.ts';
import { encryptionKey, useWebService } from './use-web-service.ts';

const { current, connect, open, attempt, service } = useWebService({ settings: { maxSessions: 2 } });

/** Holds the storing of client states back until it is told to go on. */
const holdStates = () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { putClientState } = current.matching.backend;
  Object.assign(current.matching.backend, {
    putClientState: async (...args: Parameters<typeof putClientState>) => {
      reached.resolve();
      await gate.promise;
      return putClientState(...args);
    },
  });
  return { reached: reached.promise, release: gate.resolve };
};

const untilStop = async (wish: Partial<SessionWish>): Promise<WebClient> => {
  const client = await open(wish);
  await client.expect('begin-stream');
  for (let i = 0; i < 3; i++) {
    client.frame(pictureOf('ann', i));
    await client.expect('frame-results');
  }
  await client.expect('stop-stream');
  return client;
};

describe('a session that its client left (WS-16)', () => {
  it('begins no match when its turn comes: no circuit is used, nothing is signed', async () => {
    await attempt('ann', { flow: 'enroll' });
    current.matching.askForRefill(0);
    const states = holdStates();
    const first = await untilStop({ transaction: { data: 'wanted' } });
    await states.reached;
    const second = await untilStop({ transaction: { data: 'left' } });
    second.send({ type: 'cancel' });
    expect(await second.closed).toBe(1000);
    states.release();
    expect(await first.next()).toMatchObject({ type: 'finished', jwt: 'jwt of wanted' });
    const third = await attempt('ann', { transaction: { data: 'after' } });
    expect(third.verdict).toMatchObject({ type: 'finished' });
    expect(current.matching.signed).toEqual(['wanted', 'after']);
    expect(current.matching.answered).toHaveLength(2);
  });

  it.each([{}, { transaction: { data: 'pay' } }])(
    'leaves no user behind whose enrollment nobody was told of: %j',
    async (more) => {
      const states = holdStates();
      const client = await untilStop({ flow: 'enroll', ...more });
      await states.reached;
      expect(current.fake.users.size).toBe(1);
      client.send({ type: 'cancel' });
      expect(await client.closed).toBe(1000);
      states.release();
      await vi.waitFor(() => expect(current.fake.users.size).toBe(0), 5_000);
      expect(current.matching.signed).toEqual([]);
    },
  );
});

describe('what one session can keep busy or hold (WS-13)', () => {
  it('is one frame, however often it resumes', async () => {
    const gate = Promise.withResolvers<void>();
    current.frames.gate.wait = gate.promise;
    let client = await open({ flow: 'enroll' });
    await client.expect('begin-stream');
    for (let i = 0; i < 4; i++) {
      client.frame(pictureOf('ann', i));
      if (i === 3) break;
      const next = await connect();
      next.resume(client, freshKey(encryptionKey));
      await next.expect('begin-stream');
      client = next;
    }
    await vi.waitFor(() => expect(current.frames.pictures).toHaveLength(1));
    gate.resolve();
    expect(await client.next()).toMatchObject({ type: 'frame-results', sequence: 0, accepted: true });
    // The frames in between were of streams that had ended.
    expect(current.frames.pictures).toHaveLength(2);
  });

  it('is no connection beyond four for each session there may be', async () => {
    for (let i = 0; i < 8; i++) await connect();
    const tooMany = await connect();
    expect(await tooMany.next()).toMatchObject({ code: 'SERVER_UNAVAILABLE_SERVICE' });
    expect(await tooMany.closed).toBe(4503);
  });
});

/** A WebSocket that reads nothing once it is open. */
const deafSocket = async (): Promise<Socket> => {
  const { port, hostname } = new URL(current.url);
  const socket = connectTcp(Number(port), hostname);
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${WEB_SESSION_SUBPROTOCOL}\r\n\r\n`,
  );
  await once(socket, 'readable');
  socket.pause();
  return socket;
};

/** A masked ping of 125 bytes; the mask is zero. */
const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)]);

describe('a client that pings and reads nothing', () => {
  it('is cut off before the answers fill the memory', { timeout: 20_000 }, async () => {
    const socket = await deafSocket();
    socket.on('error', () => {});
    const flood = Buffer.concat(Array.from({ length: 8_000 }, () => ping));
    const sockets = service().app.websocketServer.clients;
    await vi.waitFor(() => expect(sockets.size).toBe(1));
    let most = 0;
    const [held] = [...sockets];
    for (let i = 0; i < 40 && sockets.size > 0; i++) {
      await new Promise((resolve) => socket.write(flood, resolve));
      most = Math.max(most, held!.bufferedAmount);
    }
    await vi.waitFor(() => expect(sockets.size).toBe(0), 2_000);
    expect(most).toBeLessThan(1_048_576);
    socket.destroy();
  });
});
