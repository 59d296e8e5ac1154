import { afterEach, describe, expect, it } from 'vitest';
import type { JudgedFrame } from '../src/core/attempt-messages.ts';
import { planConnection } from '../src/core/connection-plan.ts';
import { AttemptDriver } from '../src/dom/attempt-driver.ts';
import type { FrameSource } from '../src/dom/frame-source.ts';
import type { KeylessEventName, KeylessOptions } from '../src/index.ts';
import {
  beginStream,
  type FakeSessionServer,
  frameResults,
  type SessionPeer,
  startFakeServer,
} from './fake-session-server.ts';

/** Node has the same WebSocket and Web Crypto as a page; only the camera is made up. */
const pictures: FrameSource = {
  judge: async (): Promise<JudgedFrame> => ({
    filters: [],
    faces: [],
    width: 640,
    height: 480,
    capturedAtMs: performance.now(),
  }),
  // The better the quality, the larger.
  encode: async (_encoding, quality) => new Uint8Array(Math.round(quality * 1_000)).fill(7),
  stop: () => undefined,
};

const context = {
  sessionId: beginStream().sessionId,
  stream: 0,
  flow: 'auth',
  customer: 'acme',
  username: 'ada',
};

describe('an attempt over a socket', () => {
  let server: FakeSessionServer | undefined;
  afterEach(() => server?.close());

  const run = async (
    serve: (session: SessionPeer) => Promise<void>,
    options: KeylessOptions = {},
    frames: FrameSource = pictures,
  ) => {
    server = await startFakeServer({ serve });
    const { plan } = planConnection('auth', {
      customer: { name: 'acme' },
      username: 'ada',
      key: server.key,
      ws: { url: server.socketUrl },
      ...options,
    });
    if (plan === undefined) throw new Error('options');
    const events: { readonly name: KeylessEventName; readonly event: object }[] = [];
    let isOver: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      isOver = resolve;
    });
    const driver = new AttemptDriver(plan, {
      frames,
      findViolation: () => null,
      emit: (name, event) => {
        events.push({ name, event });
        if (['finished', 'error', 'ws-error'].includes(name)) isOver();
      },
    });
    const opened = await driver.open();
    return { driver, events, opened, over };
  };

  const codesOf = (events: readonly { readonly event: object }[]) =>
    events.flatMap(({ event }) => (event instanceof Error ? [event.message] : []));

  it('lowers the quality of a picture until it fits the limit of the server', async () => {
    const sizes: number[] = [];
    const { over, events } = await run(async (session) => {
      await session.receive();
      const { limits } = beginStream();
      session.send(beginStream({ limits: { ...limits, maxFrameBytes: 700 } }));
      sizes.push((await session.receiveFrame(context))?.picture.length ?? 0);
      session.send({ type: 'stop-stream' });
      session.send({ type: 'finished', keylessId: 'AB' });
    });
    await over;
    expect(sizes).toEqual([600]);
    expect(events.at(-1)?.name).toBe('finished');
  });

  it('binds frames so that they open under no other username', async () => {
    const { over } = await run(async (session) => {
      await session.receive();
      session.send(beginStream());
      const message = session.receiveFrame({ ...context, username: 'eve' });
      await expect(message).rejects.toThrow('authenticate');
      session.send({ type: 'error', code: 'SERVER_IMAGE_ENCRYPT_FAILED', message: '', retryable: false });
    });
    await over;
  });

  it('draws a fresh key for a connection that resumes', async () => {
    const keys: string[] = [];
    const { over, events } = await run(async (session) => {
      const first = await session.receive();
      keys.push(first !== null && 'key' in first ? first.key.wrapped : '');
      session.send(beginStream({ stream: keys.length - 1 }));
      await session.receiveFrame({ ...context, stream: keys.length - 1 });
      if (keys.length === 1) {
        session.peer.drop();
        return;
      }
      session.send(frameResults(0));
      session.send({ type: 'stop-stream' });
      session.send({ type: 'finished', keylessId: 'AB' });
    });
    await over;
    expect(events.at(-1)?.name).toBe('finished');
    expect(new Set(keys).size).toBe(2);
  });

  it('fails with the code of a source that failed, and with EXCEPTION for what has none', async () => {
    for (const [message, code] of [
      ['WEB_ASSEMBLY_ABORTED', 'WEB_ASSEMBLY_ABORTED'],
      ['out of memory', 'EXCEPTION'],
    ]) {
      const failing = { ...pictures, judge: () => Promise.reject(new Error(message)) };
      const { over, events } = await run(
        async (session) => {
          await session.receive();
          session.send(beginStream());
        },
        {},
        failing,
      );
      await over;
      expect(codesOf(events)).toEqual([code]);
      await server?.close();
    }
  });

  it('reports a key that is none, before a connection is made', async () => {
    const { opened, events } = await run(async () => undefined, { key: { id: 'k', value: '?' } });
    expect(opened?.message).toBe('KEY_DECODE_FAILED');
    expect(codesOf(events)).toEqual(['KEY_DECODE_FAILED']);
  });

  it('reports a service that does not tell its key', async () => {
    const { opened } = await run(async () => undefined, {
      service: { url: 'http://127.0.0.1:9' },
      key: undefined,
    });
    expect(opened?.message).toBe('SERVER_UNAVAILABLE_SERVICE');
  });

  it('tells the server when it is disposed of, and stays silent', async () => {
    let last: unknown;
    let isTold: () => void = () => undefined;
    const told = new Promise<void>((resolve) => {
      isTold = resolve;
    });
    const { driver, events } = await run(async (session) => {
      await session.receive();
      last = await session.receive();
      isTold();
    });
    driver.dispose();
    await told;
    expect(last).toEqual({ type: 'cancel' });
    expect(codesOf(events)).toEqual([]);
  });
});
