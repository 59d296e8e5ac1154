import { createHash } from 'node:crypto';
import { concatBytes, u32le, u64le } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { generateDeviceKey, nodeCryptoSuite, verifyDeviceSignatureBytes } from '../node/index.ts';
import { encodeCircuitBatch } from './circuit-batch.ts';
import {
  decodeServerState,
  encodeServerState,
  maxServerStateBytes,
  type ServerState,
  type ServerStateContent,
  serverStateSigningInput,
} from './server-state.ts';

const circuit = (circuitIndex: number) => ({
  circuitIndex,
  tokenHash: new Uint8Array(32).fill(circuitIndex),
  payload: new Uint8Array(8).fill(circuitIndex),
});
const batch = (...indices: number[]) => encodeCircuitBatch({ circuits: indices.map(circuit) });
const state: ServerState = {
  publicSigningKey: new Uint8Array(91).fill(1),
  deviceType: 'BACKUP',
  deviceOrigin: 'KEYLESS_AGENT',
  artifact: { family: 'family', version: '1.0.0' },
  codeBits: 2048,
  threshold: 744,
  epoch: 3,
  createdAtMs: 1_750_000_000_123,
  sealedTemplate: new Uint8Array(20).fill(2),
  signature: new Uint8Array(64).fill(3),
  batches: [batch(0, 1), batch(2)],
};
const refused = { code: 'MESSAGE_MALFORMED' };

describe('server state codec', () => {
  it('gives back what it was given', () => {
    expect(decodeServerState(encodeServerState(state))).toEqual(state);
  });

  it('lays the bytes out as documented', () => {
    const field = (bytes: Uint8Array) => concatBytes(u32le(bytes.length), bytes);
    const text = (value: string) => field(new TextEncoder().encode(value));
    const expected = concatBytes(
      new TextEncoder().encode('ORSS'),
      ...[1, 2048, 744, 3].map((value) => u32le(value)),
      u64le(1_750_000_000_123),
      field(state.publicSigningKey),
      ...['BACKUP', 'KEYLESS_AGENT', 'family', '1.0.0'].map(text),
      field(state.sealedTemplate),
      field(state.signature),
      u32le(2),
      ...state.batches.map(field),
    );
    expect(encodeServerState(state)).toEqual(expected);
  });

  it('refuses every truncation and every trailing byte', () => {
    const bytes = encodeServerState(state);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeServerState(bytes.subarray(0, length))).toThrow(expect.objectContaining(refused));
    }
    expect(() => decodeServerState(concatBytes(bytes, Uint8Array.of(0)))).toThrow(
      expect.objectContaining(refused),
    );
  });

  it('refuses what is out of bounds', () => {
    const wrong: Partial<ServerState>[] = [
      { publicSigningKey: new Uint8Array(90) },
      { signature: new Uint8Array(63) },
      { deviceType: 'PHONE' as never },
      { deviceOrigin: 'DESKTOP' as never },
      { artifact: { family: '', version: '1' } },
      { artifact: { family: 'f'.repeat(65), version: '1' } },
      { codeBits: 2047 },
      { codeBits: 32 },
      { codeBits: 8192 },
      { threshold: 2049 },
      { sealedTemplate: new Uint8Array(0) },
      { sealedTemplate: new Uint8Array(8_193) },
      { batches: [] },
      { batches: [batch(0), batch(1), batch(2)] },
      { batches: [batch(1)] },
      { batches: [batch(0, 2)] },
      { batches: [batch(0), batch(0)] },
      { batches: [encodeCircuitBatch({ circuits: [{ circuitIndex: 0, payload: new Uint8Array(8) }] })] },
      { batches: [new Uint8Array(40)] },
    ];
    for (const change of wrong) {
      const bytes = encodeServerState({ ...state, ...change });
      expect(() => decodeServerState(bytes), JSON.stringify(Object.keys(change))).toThrow(
        expect.objectContaining(refused),
      );
    }
    expect(() => decodeServerState(new Uint8Array(maxServerStateBytes + 1))).toThrow(
      expect.objectContaining(refused),
    );
  });

  it('refuses another magic and another version', () => {
    for (const at of [0, 4]) {
      const bytes = encodeServerState(state);
      bytes[at]! ^= 2;
      expect(() => decodeServerState(bytes)).toThrow(expect.objectContaining(refused));
    }
  });

  it('signs the tuple of the specification', () => {
    const field = (bytes: Uint8Array) => concatBytes(u32le(bytes.length), bytes);
    const text = (value: string) => field(new TextEncoder().encode(value));
    const sha256 = (bytes: Uint8Array) => field(new Uint8Array(createHash('sha256').update(bytes).digest()));
    const expected = concatBytes(
      text('openrecognize/zkb/v1 offline-enrollment'),
      field(state.publicSigningKey),
      ...['BACKUP', 'KEYLESS_AGENT', 'family', '1.0.0'].map(text),
      ...[2048, 744, 3].map((value) => field(u32le(value))),
      sha256(state.sealedTemplate),
      field(u64le(1_750_000_000_123)),
      ...state.batches.map(sha256),
    );
    expect(serverStateSigningInput(nodeCryptoSuite, state)).toEqual(expected);
  });

  it('signs every part of the content', () => {
    const key = generateDeviceKey();
    const content: ServerStateContent = { ...state, publicSigningKey: key.publicSigningKey };
    const signature = key.sign(serverStateSigningInput(nodeCryptoSuite, content));
    const verifies = (change: Partial<ServerStateContent>) => {
      const message = serverStateSigningInput(nodeCryptoSuite, { ...content, ...change });
      return verifyDeviceSignatureBytes(key.publicSigningKey, message, signature);
    };
    expect(verifies({})).toBe(true);
    const changes: Partial<ServerStateContent>[] = [
      { publicSigningKey: state.publicSigningKey },
      { deviceType: 'SDK' },
      { deviceOrigin: 'WEB' },
      { artifact: { family: 'familY', version: '1.0.0' } },
      { artifact: { family: 'family1', version: '.0.0' } },
      { codeBits: 1024 },
      { threshold: 745 },
      { epoch: 4 },
      { createdAtMs: state.createdAtMs + 1 },
      { sealedTemplate: new Uint8Array(20).fill(4) },
      { batches: [batch(0, 1)] },
      { batches: [batch(2), batch(0, 1)] },
    ];
    for (const change of changes) expect(verifies(change)).toBe(false);
  });
});
