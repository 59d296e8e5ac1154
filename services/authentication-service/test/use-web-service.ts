import { createPublicKey } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
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

export const imageKeys = createTestImageKeys();
const { spki } = await imageKeys.publicKey();
export const encryptionKey: EncryptionKey = {
  id: keyId,
  publicKey: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }),
};

export interface WebServiceOptions {
  readonly settings?: Partial<WebSessionSettings>;
  readonly userAuthorization?: UserAuthorization;
  readonly stock?: number;
  /** Services over the same fakes, each with a peer address; 1: a single one without. */
  readonly replicas?: number;
}

export const serviceKey = 'key of all the services';

/** A port nobody listened on a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** A fresh service on a port of its own for each test of the file, over fakes that really match. */
export const useWebService = (options: WebServiceOptions = {}) => {
  const { settings, userAuthorization = noAuthorization, stock = 3, replicas = 1 } = options;
  const services: Service[] = [];
  const clients: WebClient[] = [];
  const current = {
    url: '',
    urls: [] as string[],
    fake: createFakeBackend(),
    matching: addMatching(createFakeBackend()),
    frames: createFrameAnalyzer(),
    logLines: [] as string[],
  };
  const start = async (): Promise<void> => {
    const port = replicas > 1 ? await freePort() : 0;
    const peers = { address: `http://127.0.0.1:${port}`, serviceKey };
    const service = await createService({
      name: 'authentication-service',
      bodyLimitBytes: maxBodyBytes,
      logging: { level: 'trace', stream: { write: (line: string) => void current.logLines.push(line) } },
    });
    services.push(service);
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
        ...(replicas > 1 ? { peers } : {}),
      },
    });
    await service.app.listen({ port, host: '127.0.0.1' });
    current.urls.push(`ws://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`);
  };
  beforeEach(async () => {
    current.fake = createFakeBackend();
    current.matching = addMatching(current.fake, stock);
    current.frames = createFrameAnalyzer();
    current.logLines = [];
    current.urls = [];
    for (let i = 0; i < replicas; i++) await start();
    current.url = current.urls[0]!;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(services.splice(0).map((service) => service.close(0)));
  });

  const connect = async (path = '/', replica = 0): Promise<WebClient> => {
    const client = await WebClient.connect(current.urls[replica] + path);
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
  return { current, connect, open, wish, attempt, service: (replica = 0) => services[replica]! };
};
