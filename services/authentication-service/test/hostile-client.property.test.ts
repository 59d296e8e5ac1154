import { randomBytes } from 'node:crypto';
import { WEB_SESSION_CLOSE } from '@openrecognize/contracts/ws';
import { freshKey, type WebClient } from '@openrecognize/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClientMessage } from '../src/session/parse-client-message.ts';
import { pictureOf } from './fake-frames.ts';
import { encryptionKey, useWebService } from './use-web-service.ts';

const { attempt, connect, wish, service } = useWebService();

const hello = () => ({
  type: 'hello',
  version: 1,
  ...wish({ flow: 'enroll' }),
  key: freshKey(encryptionKey).message,
});

const mutations: readonly ((message: Record<string, unknown>) => unknown)[] = [
  (message) => ({ ...message, version: 2 }),
  (message) => ({ ...message, extra: 1 }),
  (message) => ({ ...message, username: '' }),
  (message) => ({ ...message, username: '\ud800' }),
  (message) => ({ ...message, username: 'a'.repeat(70_000) }),
  (message) => ({ ...message, customer: { name: '../x' } }),
  (message) => ({ ...message, key: { id: 'k', wrapped: '!' } }),
  (message) => ({ ...message, type: 'resume' }),
  (message) => [message],
  () => null,
];

/** One hostile connection: some messages, then whatever the server closes with. */
const assail = async (messages: readonly (string | Uint8Array<ArrayBuffer>)[]): Promise<number> => {
  const client: WebClient = await connect();
  for (const message of messages) client.sendRaw(message);
  const code = await Promise.race([client.closed, new Promise<number>((give) => setTimeout(give, 300, 0))]);
  client.close();
  await client.closed;
  return code;
};

const anyMessage = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.json({ maxDepth: 3 }),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Uint8Array.from(bytes)),
  fc.constantFrom(...mutations).map((mutate) => JSON.stringify(mutate(hello())) ?? 'null'),
  fc.constantFrom('{"type":"cancel"}', '{"type":"request-transfer"}'),
);

describe('whatever a client sends', () => {
  it('is a message of the protocol or null, never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const message = parseClientMessage(bytes);
          expect(message === null || typeof message.type === 'string').toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
    for (const mutate of mutations) {
      expect(parseClientMessage(Buffer.from(JSON.stringify(mutate(hello())) ?? 'null'))).toBeNull();
    }
  });

  it('closes its connection with a code of the protocol', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 5 }), async (messages) => {
        expect(Object.values(WEB_SESSION_CLOSE) as number[]).toContain(await assail(messages));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('leaves the service as it was after 10,000 messages, and its memory bounded', async () => {
    expect((await attempt('ann', { flow: 'enroll' })).code).toBe(1000);
    const rssOf = () => {
      globalThis.gc?.();
      return process.memoryUsage().rss / 2 ** 20;
    };
    const before = rssOf();
    const perConnection = 50;
    let sent = 0;
    for (; sent < 10_000; sent += perConnection) {
      const client = await connect();
      if (sent % 100 === 0) client.sendRaw(JSON.stringify(hello()));
      for (let i = 0; i < perConnection; i++) {
        client.sendRaw(i % 2 === 0 ? Uint8Array.from(randomBytes(2_000)) : randomBytes(100).toString('hex'));
      }
      expect(await client.closed).toBeGreaterThanOrEqual(4000);
    }
    expect(sent).toBe(10_000);
    expect(rssOf() - before).toBeLessThan(150);
    const open = await service().metrics.registry.getSingleMetricAsString('openrecognize_web_sessions_open');
    expect(open).toMatch(/openrecognize_web_sessions_open 0$/m);
    expect((await attempt('ann')).verdict).toMatchObject({ type: 'finished' });
  }, 120_000);

  it('may be a frame of a session that goes on being sent: it is refused, the next session is served', async () => {
    const client = await connect();
    client.hello(wish({ flow: 'enroll' }), freshKey(encryptionKey));
    await client.expect('begin-stream');
    const frame = client.frame(pictureOf('ann'));
    for (let i = 0; i < 500; i++) client.sendRaw(frame);
    expect(await client.closed).toBe(4002);
    expect((await attempt('ann', { flow: 'enroll' })).code).toBe(1000);
  });
});
