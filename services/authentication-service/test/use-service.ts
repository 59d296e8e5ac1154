import { createNodeClientTools } from '@openrecognize/clients/device/node';
import { createService, type Service } from '@openrecognize/service-kit';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import {
  createLocalWrappingKeyStore,
  type ImageKeyStore,
  maxBodyBytes,
  mountAuthenticationService,
  type UserAuthorization,
} from '../src/index.ts';
import { createTestImageKeys, encryptPhoto } from './encrypt-photo.ts';
import { createFakeAnalyzer } from './fake-analyzer.ts';
import { createFakeBackend, keyOf, nowMs } from './fake-backend.ts';

export const tools = createNodeClientTools();
export const wrappingKeys = createLocalWrappingKeyStore(new Uint8Array(32).fill(7));
export const photo = 'person:ada';
export const url = '/v1/users/acme/ada';
export const octets = { 'content-type': 'application/octet-stream' };

/** Tests of user authorization bring their own. */
export const noAuthorization: UserAuthorization = { authorize: async () => {} };

/** A fresh service over fakes for each test of the file, and the calls tests make of it. */
export const useService = (userAuthorization: UserAuthorization = noAuthorization) => {
  let imageKeys: ImageKeyStore;
  let service: Service;
  const current = {
    fake: createFakeBackend(),
    analyzer: createFakeAnalyzer(),
    logLines: [] as string[],
    /** Keys and client states in the clear that went through the ports. */
    secrets: [] as Uint8Array[],
  };
  const note = <T extends Uint8Array | undefined>(secret: T): T => {
    if (secret) current.secrets.push(secret);
    return secret;
  };
  beforeAll(() => {
    imageKeys = createTestImageKeys();
  });
  beforeEach(async () => {
    current.fake = createFakeBackend();
    current.analyzer = createFakeAnalyzer();
    current.logLines = [];
    current.secrets = [];
    service = await createService({
      name: 'authentication-service',
      bodyLimitBytes: maxBodyBytes,
      logging: { level: 'trace', stream: { write: (line: string) => void current.logLines.push(line) } },
    });
    await mountAuthenticationService(service.app, {
      backend: current.fake.backend,
      analyzer: current.analyzer.analyzer,
      tools,
      imageKeys: {
        ...imageKeys,
        unwrap: async (keyId, wrapped) => note(await imageKeys.unwrap(keyId, wrapped)),
      },
      wrappingKeys: {
        wrap: (plaintext, context) => wrappingKeys.wrap(note(plaintext), context),
        unwrap: async (wrapped, context) => note(await wrappingKeys.unwrap(wrapped, context)),
      },
      userAuthorization,
      circuitCount: 2,
      apiKeyCacheSeconds: 0,
      maxConcurrency: 2,
      now: () => nowMs,
    });
  });
  afterEach(() => service.close(0));

  type Headers = Record<string, string>;
  const call = async (method: 'GET' | 'POST', path: string, headers: Headers, payload?: Buffer) => {
    const answer = await service.app.inject({ method, url: path, headers, ...(payload ? { payload } : {}) });
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    const body = isJson ? answer.json() : {};
    const bytes = new Uint8Array(answer.rawPayload);
    return {
      status: answer.statusCode,
      body,
      bytes,
      code: body.error?.code as string,
      headers: answer.headers,
    };
  };
  const enroll = (encrypted = encryptPhoto(photo), headers: Headers = {}, path = url) => {
    const sent = { 'kl-api-key': keyOf.secretA, ...octets, ...encrypted.headers, ...headers };
    return call('POST', path, sent, encrypted.body);
  };
  const status = (path = url, key: string = keyOf.secretA) => call('GET', path, { 'kl-api-key': key });
  return { current, call, enroll, status };
};
