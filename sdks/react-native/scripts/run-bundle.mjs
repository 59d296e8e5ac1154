import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';

const bytes = (text) => Buffer.from(text, 'base64');

/** A native module as far as an enrollment comes that finds no server; it notes what was sent. */
const createDevice = async (rootFolder, sent) => {
  const require = createRequire(join(rootFolder, 'sdks', 'react-native', 'package.json'));
  const {
    generateDeviceKey,
    importDeviceKey,
    nodeCryptoSuite: suite,
  } = await import(require.resolve('@openrecognize/zkb/node'));
  const text = (value) => Buffer.from(value).toString('base64');
  let record = '';
  return {
    getDeviceConstants: () => ({
      platform: 'android',
      osVersion: 'bare',
      artifactFamily: 'bundle_check',
      artifactVersion: '1',
      threshold: 744,
    }),
    randomBytes: (length) => text(randomBytes(length)),
    sha256: (message) => createHash('sha256').update(bytes(message)).digest('base64'),
    hmacSha256: (key, message) => createHmac('sha256', bytes(key)).update(bytes(message)).digest('base64'),
    aes256CtrKeystream: (key, length) => text(suite.aes256CtrKeystream(bytes(key), length)),
    aes256GcmSeal: (...parts) => text(suite.aes256GcmSeal(...parts.map(bytes))),
    generateDeviceKey: () => text(generateDeviceKey().exportPrivateKey()),
    publicKeyOf: (pkcs8) => text(importDeviceKey(bytes(pkcs8)).publicSigningKey),
    sign: (pkcs8, message) => text(importDeviceKey(bytes(pkcs8)).sign(bytes(message))),
    capture: async () => [text(Buffer.from('picture'))],
    analyze: async () => ({ code: text(randomBytes(256)), triggeredFilters: [], isSpoofSuspected: false }),
    environmentAwareness: () => 'level-unsupported',
    readRecord: async () => record,
    writeRecord: async (written) => {
      record = written;
    },
    clearRecord: async () => {
      record = '';
    },
    sendHttpRequest: async (url, method, _headers, body) => {
      sent.push({ url, method, body: bytes(body).toString() });
      return { errorCode: 1, httpCode: 0, responseBody: '' };
    },
    isOnline: async () => true,
    checkProtection: async () => 'genuine',
  };
};

/**
 * Runs the bundle with nothing but the language: initialize, configure, and an enrollment that garbles its circuits in
 * plain TypeScript and then finds no server.
 *
 * @returns what was seen, as text.
 */
export const runBundle = async (source, rootFolder) => {
  const context = createContext({ setTimeout, clearTimeout, console });
  runInContext('delete globalThis.WebAssembly; delete String.prototype.isWellFormed;', context);
  const present = runInContext(
    "['WebAssembly', 'TextDecoder', 'Buffer'].filter((n) => n in globalThis)",
    context,
  );
  assert.equal(present.length, 0);
  runInContext(source, context, { filename: 'core.bundle.js' });
  const sent = [];
  const { Keyless, BiomEnrollConfig } = context.sdk;
  Keyless.initialize({ device: await createDevice(rootFolder, sent) });
  const configured = await Keyless.configure({
    apiKey: 'mobile-key',
    hosts: ['https://core.test'],
    numberOfSharedCircuits: 10,
  });
  assert.equal(configured.isSuccess, true);
  const startMs = performance.now();
  const code = (await Keyless.enroll(new BiomEnrollConfig())).fold({
    onSuccess: () => 0,
    onFailure: (error) => error.code,
  });
  const tookMs = Math.round(performance.now() - startMs);
  assert.equal(code, 1004);
  const first = JSON.parse(sent[0].body);
  assert.equal(first.artifact.family, 'bundle_check');
  assert.equal(first.codeBits, 2048);
  return `10 circuits of 2,048 bits garbled without WebAssembly, enrollment ended with ${code} after ${tookMs} ms`;
};
