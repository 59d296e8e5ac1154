import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToUtf8, utf8ToBytes } from '@openrecognize/bytes';
import { createGarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createKeyless } from '../src/keyless.ts';
import { createEncryptedFileStore } from '../src/node/encrypted-file-store.ts';
import { nodeCrypto } from '../src/node/node-ports.ts';
import type { CryptoPort } from '../src/ports/crypto-port.ts';
import type { FaceAnalyzerPort } from '../src/ports/face-analyzer-port.ts';
import type { KeylessPorts } from '../src/ports/keyless-ports.ts';
import type { HttpRequest, NetworkingModule } from '../src/ports/networking-module.ts';
import type { SecureStorePort } from '../src/ports/secure-store-port.ts';
import type { FakeCoreDaemon } from './fake-core-daemon.ts';
import { codeOfName } from './named-face.ts';

/** `lose-request`: it never arrives. `lose-answer`: it takes effect and nobody hears of it. */
export type Fault = 'lose-request' | 'lose-answer';
/** Decides the fate of the nth call (from 1) of an endpoint. */
export type FaultPlan = (endpoint: string, callNumber: number) => Fault | undefined;

/** A "picture" is the name of the face on it; the name `blurred` triggers a filter. */
export const pictureOf = (name: string): Uint8Array => utf8ToBytes(name);

export const fakeAnalyzer = (artifact = { family: 'fake', version: '1' }): FaceAnalyzerPort => ({
  artifact,
  threshold: 744,
  analyze: async ([image]) => {
    const name = bytesToUtf8(image!);
    return name === 'blurred'
      ? { triggeredFilters: ['blur'] }
      : { code: codeOfName(name), triggeredFilters: [] };
  },
});

const networkTo = (daemon: FakeCoreDaemon, plan: FaultPlan): NetworkingModule => {
  const counts = new Map<string, number>();
  const nameOf = ({ path }: HttpRequest): string => {
    if (/^\/v1\/users\/.*\/circuits$/.test(path)) return 'uploadCircuits';
    if (path.endsWith('/circuits')) return 'uploadEnrollmentCircuits';
    if (path.endsWith('/commit')) return 'commitEnrollment';
    if (path === '/v1/enrollments') return 'beginEnrollment';
    if (path === '/v1/devices/status') return 'deviceStatus';
    if (path === '/v1/further-devices') return 'beginFurtherDevice';
    if (path === '/v1/device-removals') return 'removeDevice';
    return path === '/v1/authentications' ? 'beginAuthentication' : 'finishAuthentication';
  };
  return {
    sendHTTPRequest: async (request) => {
      const name = nameOf(request);
      const callNumber = (counts.get(name) ?? 0) + 1;
      counts.set(name, callNumber);
      const fault = plan(name, callNumber);
      if (fault === 'lose-request') return { errorCode: -1, httpCode: 0, responseBody: '' };
      const { method, path, headers, body = new Uint8Array(0) } = request;
      const answer = daemon.handle({ method, path, headers, body });
      if (fault === 'lose-answer') return { errorCode: -1, httpCode: 0, responseBody: '' };
      return { errorCode: 0, httpCode: answer.status, responseBody: answer.body };
    },
  };
};

/** Slow on purpose elsewhere; the real one has a test of its own. */
const quickStretch: CryptoPort['stretchPin'] = async (pin, secret) =>
  nodeCrypto.suite.hmacSha256(secret, pin);

export interface TestDeviceOptions {
  readonly daemon: FakeCoreDaemon;
  readonly storePath: string;
  readonly plan?: FaultPlan;
  readonly platform?: 'ios' | 'android';
  readonly analyzer?: FaceAnalyzerPort;
  readonly store?: SecureStorePort;
  /** In place of the ports made here. */
  readonly ports?: Partial<KeylessPorts>;
}

/** A device whose camera sees whoever `look.at` names. */
export const createTestDevice = (options: TestDeviceOptions) => {
  const { daemon, storePath, plan = () => undefined, platform } = options;
  const look = { at: 'ada' };
  const store = options.store ?? createEncryptedFileStore({ path: storePath });
  const ports: KeylessPorts = {
    camera: { capture: async () => [pictureOf(look.at)] },
    analyzer: options.analyzer ?? fakeAnalyzer(),
    store,
    network: networkTo(daemon, plan),
    crypto: { ...nodeCrypto, stretchPin: quickStretch },
    engine: createGarblingEngine(nodeAesBatch),
    now: () => daemon.clock.nowMs,
    wait: async () => {},
    ...(platform === undefined ? {} : { platform }),
    ...options.ports,
  };
  const keyless = createKeyless(ports);
  const configure = (circuits: { shared?: number; first?: number } = {}) =>
    keyless.configure({
      apiKey: daemon.mobileApiKey,
      hosts: ['http://core.test'],
      // The server of the tests takes no more.
      numberOfSharedCircuits: circuits.shared ?? 25,
      ...(circuits.first === undefined ? {} : { numberOfEnrollmentCircuits: circuits.first }),
    });
  return { keyless, configure, look, ports, store };
};

/** A fresh folder, removed by the function that comes with it. */
export const createTestFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyless-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
};
