import {
  generateDeviceKey,
  importDeviceKey,
  nodeRandom,
  nodeCryptoSuite as suite,
} from '@openrecognize/zkb/node';
import type { FakeCoreDaemon } from '../../mobile/test/fake-core-daemon.ts';
import { codeOfName } from '../../mobile/test/named-face.ts';
import type { KeylessDeviceModule } from '../src/keyless-device-module.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const text = (value: Uint8Array) => Buffer.from(value).toString('base64');

/** What a test turns. `look` names the face before the camera. */
export interface MockDeviceState {
  look: string;
  record: string;
  platform: 'ios' | 'android';
  finding: string;
  isOnline: boolean;
  approves: boolean;
  isSpoofSuspected: boolean;
  awareness: string;
  /** Rejections by method, once each. */
  readonly failures: Map<string, unknown>;
  readonly shown: string[];
}

const passed = (state: MockDeviceState, method: string): void => {
  const failure = state.failures.get(method);
  state.failures.delete(method);
  if (failure) throw failure;
};

const answerOf = (daemon: FakeCoreDaemon, url: string, method: string, headers: string, body: string) => {
  const { pathname: path } = new URL(url);
  const { status, body: answer } = daemon.handle({
    method,
    path,
    headers: JSON.parse(headers),
    body: bytes(body),
  });
  return { errorCode: 0, httpCode: status, responseBody: text(answer) };
};

const createPrimitives = () => ({
  randomBytes: (length: number) => text(nodeRandom(length)),
  sha256: (message: string) => text(suite.sha256(bytes(message))),
  hmacSha256: (key: string, message: string) => text(suite.hmacSha256(bytes(key), bytes(message))),
  aes256CtrKeystream: (key: string, length: number) => text(suite.aes256CtrKeystream(bytes(key), length)),
  aes256GcmSeal: (key: string, nonce: string, aad: string, plaintext: string) =>
    text(suite.aes256GcmSeal(bytes(key), bytes(nonce), bytes(aad), bytes(plaintext))),
  aes256GcmOpen: (key: string, nonce: string, aad: string, sealed: string) => {
    const plaintext = suite.aes256GcmOpen(bytes(key), bytes(nonce), bytes(aad), bytes(sealed));
    return { isOpen: plaintext !== undefined, plaintext: plaintext ? text(plaintext) : '' };
  },
  generateDeviceKey: () => text(generateDeviceKey().exportPrivateKey()),
  publicKeyOf: (pkcs8: string) => text(importDeviceKey(bytes(pkcs8)).publicSigningKey),
  sign: (pkcs8: string, message: string) => text(importDeviceKey(bytes(pkcs8)).sign(bytes(message))),
  stretchPin: async (pin: string, secret: string) => text(suite.hmacSha256(bytes(secret), bytes(pin))),
});

/** A TurboModule as an app would have it, without an app: Node's primitives, a face by name, a daemon in memory. */
export const createMockDevice = (daemon: FakeCoreDaemon) => {
  const state: MockDeviceState = {
    look: 'ada',
    record: '',
    platform: 'android',
    finding: 'genuine',
    isOnline: true,
    approves: true,
    isSpoofSuspected: false,
    awareness: 'supported',
    failures: new Map(),
    shown: [],
  };
  const device: KeylessDeviceModule = {
    ...createPrimitives(),
    getDeviceConstants: () => ({
      platform: state.platform,
      osVersion: 'mock 1',
      artifactFamily: 'fake',
      artifactVersion: '1',
      threshold: 744,
    }),
    capture: async (purpose, _delaySeconds, screen) => {
      passed(state, 'capture');
      state.shown.push(`${purpose} ${screen}`);
      return [text(Buffer.from(state.look))];
    },
    analyze: async ([image]) => {
      passed(state, 'analyze');
      const name = Buffer.from(image!, 'base64').toString();
      const { isSpoofSuspected } = state;
      if (name === 'blurred') return { code: '', triggeredFilters: ['blur'], isSpoofSuspected };
      return { code: text(codeOfName(name)), triggeredFilters: [], isSpoofSuspected };
    },
    environmentAwareness: () => state.awareness,
    readRecord: async () => {
      passed(state, 'readRecord');
      return state.record;
    },
    writeRecord: async (record) => {
      state.record = record;
    },
    clearRecord: async () => {
      passed(state, 'clearRecord');
      state.record = '';
    },
    sendHttpRequest: async (url, method, headers, body) => {
      passed(state, 'sendHttpRequest');
      return answerOf(daemon, url, method, headers, body);
    },
    isOnline: async () => state.isOnline,
    checkProtection: async () => state.finding,
    approveTransaction: async (lines) => {
      state.shown.push(lines);
      return state.approves;
    },
    showIntroduction: async () => {
      state.shown.push('introduction');
    },
    updateUI: async (ui) => {
      state.shown.push(ui);
    },
  };
  return { device, state };
};
