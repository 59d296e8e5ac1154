import { createPublicKey } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createService, type Service } from '@openrecognize/service-kit';
import { type EncryptionKey, freshKey, type SessionWish, WebClient } from '@openrecognize/testing';
import { afterEach, beforeEach } from 'vitest';
import {
  defaultWebSessionSettings,
  maxBodyBytes,
  mountAuthenticationService,
  type UserAuthorization,
  type WebSessionSettings,
} from '../src/index.ts';
import { createTestImageKeys, keyId } from './encrypt-photo.ts';
import { createFakeBackend } from './fake-backend.ts';
import { createFakeSequence, createFrameAnalyzer, pictureOf } from './fake-frames.ts';
import { addMatching } from './fake-matching.ts';
import { noAuthorization, tools, wrappingKeys } from './use-service.ts';

const imageKeys = createTestImageKeys();
const { spki } = await imageKeys.publicKey();
export const encryptionKey: EncryptionKey = {
  id: keyId,
  publicKey: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }),
};

export interface WebServiceOptions {
  readonly settings?: Partial<WebSessionSettings>;
  readonly userAuthorization?: UserAuthorization;
  readonly stock?: number;
}

/** A fresh service on a port of its own for each test of the file, over fakes that really match. */
export const useWebService = (options: WebServiceOptions = {}) => {
  const { settings, userAuthorization = noAuthorization, stock = 3 } = options;
  let service: Service;
  const clients: WebClient[] = [];
  const current = {
    url: '',
    fake: createFakeBackend(),
    matching: addMatching(createFakeBackend()),
    frames: createFrameAnalyzer(),
    logLines: [] as string[],
  };
  beforeEach(async () => {
    current.fake = createFakeBackend();
    current.matching = addMatching(current.fake, stock);
    current.frames = createFrameAnalyzer();
    current.logLines = [];
    service = await createService({
      name: 'authentication-service',
      bodyLimitBytes: maxBodyBytes,
      logging: { level: 'trace', stream: { write: (line: string) => void current.logLines.push(line) } },
    });
    await mountAuthenticationService(service.app, {
      backend: current.matching.backend,
      analyzer: current.frames.analyzer,
      tools,
      imageKeys,
      wrappingKeys,
      userAuthorization,
      circuitCount: stock,
      apiKeyCacheSeconds: 0,
      maxConcurrency: 2,
      metrics: service.metrics,
      now: Date.now,
      web: {
        settings: { ...defaultWebSessionSettings, ...settings },
        trustedProxies: [],
        createSequence: createFakeSequence,
      },
    });
    await service.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = service.app.server.address() as AddressInfo;
    current.url = `ws://127.0.0.1:${port}`;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await service.close(0);
  });

  const connect = async (path = '/'): Promise<WebClient> => {
    const client = await WebClient.connect(current.url + path);
    clients.push(client);
    return client;
  };
  const wish = (more: Partial<SessionWish> = {}): SessionWish => ({
    flow: 'auth',
    customer: { name: 'acme' },
    username: 'ann',
    encoding: 'luma',
    ...more,
  });
  const open = async (more: Partial<SessionWish> = {}): Promise<WebClient> => {
    const client = await connect();
    client.hello(wish(more), freshKey(encryptionKey));
    return client;
  };
  /** A whole session with a face that moves. */
  const attempt = async (who: string, more: Partial<SessionWish> = {}) => {
    const client = await open(more);
    const verdict = await client.run((step) => pictureOf(who, step));
    return { client, verdict, code: await client.closed };
  };
  return { current, connect, open, wish, attempt, service: () => service };
};
