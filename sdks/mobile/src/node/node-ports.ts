import { scrypt } from 'node:crypto';
import { release, type as systemName } from 'node:os';
import type { NativePlatform } from '@openrecognize/contracts';
import { CircuitError, createGarblingEngine, type GarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createWasmGarblingEngine } from '@openrecognize/garbled-circuits-wasm';
import { generateDeviceKey, importDeviceKey, nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';
import type { CameraPort } from '../ports/camera-port.ts';
import type { CryptoPort } from '../ports/crypto-port.ts';
import type { FaceAnalyzerPort } from '../ports/face-analyzer-port.ts';
import type { KeylessPorts } from '../ports/keyless-ports.ts';
import { createEncryptedFileStore } from './encrypted-file-store.ts';
import { fetchNetwork } from './fetch-network.ts';

/** scrypt (RFC 7914) with N = 2^15, r = 8, p = 1: 32 MiB and about a tenth of a second. */
const stretchPin = (pin: Uint8Array, secret: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
    scrypt(pin, secret, 32, options, (error, key) => (error ? reject(error) : resolve(new Uint8Array(key))));
  });

/** `CryptoPort` on `node:crypto`. */
export const nodeCrypto: CryptoPort = {
  suite: nodeCryptoSuite,
  random: nodeRandom,
  generateDeviceKey,
  importDeviceKey,
  stretchPin,
};

/** The fastest engine this machine runs: WebAssembly where it has SIMD, plain TypeScript elsewhere. */
export const createNodeEngine = (): GarblingEngine => {
  try {
    return createWasmGarblingEngine(nodeAesBatch);
  } catch (error) {
    if (!(error instanceof CircuitError)) throw error;
    return createGarblingEngine(nodeAesBatch);
  }
};

/** Wall clock with the resolution of the monotonic one; follows the wall clock when that is set anew. */
const createNodeClock = (): (() => number) => {
  let originMs = performance.timeOrigin;
  return () => {
    const sinceOriginMs = performance.now();
    const driftMs = Date.now() - (originMs + sinceOriginMs);
    if (Math.abs(driftMs) > 100) originMs += driftMs;
    return originMs + sinceOriginMs;
  };
};

export interface NodePortsOptions {
  readonly camera: CameraPort;
  readonly analyzer: FaceAnalyzerPort;
  /** File of the encrypted store. */
  readonly storePath: string;
  /** Opens the store; without it a key file beside the store does. */
  readonly passphrase?: string;
  readonly platform?: NativePlatform;
}

/** Ports of the SDK on Node: encrypted file, `fetch`, `node:crypto`, the fastest engine. */
export const createNodePorts = (options: NodePortsOptions): KeylessPorts => {
  const { camera, analyzer, storePath, passphrase, platform } = options;
  return {
    camera,
    analyzer,
    store: createEncryptedFileStore({ path: storePath, ...(passphrase === undefined ? {} : { passphrase }) }),
    network: fetchNetwork,
    crypto: nodeCrypto,
    engine: createNodeEngine(),
    osVersion: `${systemName()} ${release()}`.slice(0, 64),
    now: createNodeClock(),
    ...(platform === undefined ? {} : { platform }),
  };
};
