import { readFileSync, writeFileSync } from 'node:fs';
import { bytesToHex, hexToBytes } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { selectCodeLabels } from '../src/client/code-labels.ts';
import { deriveCircuitInputs, nextChainKey } from '../src/client/ratchet.ts';
import { openBlob, sealBlob } from '../src/client/sealed-blob.ts';
import * as messages from '../src/messages/index.ts';
import { nodeCryptoSuite as suite } from '../src/node/index.ts';
import { checkRefillTicket, issueRefillTicket } from '../src/server/index.ts';
import { makeZkbVectors } from './reference.ts';

const file = new URL('../../../spec/vectors/zkb.json', import.meta.url);
const made = makeZkbVectors();
if (process.env['UPDATE_VECTORS']) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as typeof made;

describe('known answers of spec 04', () => {
  it('are what the independent reference computes', () => {
    expect(vectors).toEqual(JSON.parse(JSON.stringify(made)));
  });

  it('fix user and device ids (ZK-1)', () => {
    const spki = hexToBytes(vectors.identifiers.spki);
    expect(messages.deriveUserId(suite, spki)).toBe(vectors.identifiers.userId);
    expect(messages.deriveDeviceId(suite, spki)).toBe(vectors.identifiers.deviceId);
  });

  it('fix the ratchet', () => {
    let chainKey = hexToBytes(vectors.ratchet.circuits[0]!.chainKey) as Uint8Array;
    for (const circuit of vectors.ratchet.circuits) {
      expect(bytesToHex(chainKey)).toBe(circuit.chainKey);
      const inputs = deriveCircuitInputs(suite, chainKey, vectors.ratchet.codeBits);
      expect(bytesToHex(inputs.delta)).toBe(circuit.delta);
      expect(bytesToHex(inputs.labels.subarray(0, 16))).toBe(circuit.firstLabel);
      expect(bytesToHex(suite.sha256(inputs.labels))).toBe(circuit.labelsSha256);
      chainKey = nextChainKey(suite, chainKey);
    }
  });

  it('fix the labels of a code', () => {
    const { chainKey, codeBits, bits, labels } = vectors.codeLabels;
    const inputs = deriveCircuitInputs(suite, hexToBytes(chainKey), codeBits);
    expect(bytesToHex(selectCodeLabels(inputs, hexToBytes(bits)))).toBe(labels);
  });

  it('fix sealed blobs of both kinds', () => {
    for (const vector of vectors.sealed) {
      const context = { ...vector, kind: vector.kind as 'template' | 'secret' };
      const sealKey = hexToBytes(vector.sealKey);
      const blob = sealBlob(
        suite,
        () => hexToBytes(vector.nonce),
        sealKey,
        context,
        hexToBytes(vector.plaintext),
      );
      expect(bytesToHex(blob)).toBe(vector.blob);
      expect(bytesToHex(openBlob(suite, sealKey, context, blob))).toBe(vector.plaintext);
    }
  });

  it('fix the match token (ZK-8)', () => {
    const { label, token } = vectors.matchToken;
    expect(bytesToHex(messages.matchTokenOf(suite, hexToBytes(label)))).toBe(token);
  });

  it('fix every signing input', () => {
    const { signingInputs: want, identifiers } = vectors;
    const device = identifiers;
    const freshness = {
      timestampMs: want.freshness.timestampMs,
      requestNonce: hexToBytes(want.freshness.requestNonce),
    };
    const enrollment = messages.beginEnrollmentSigningInput(
      suite,
      {
        publicSigningKey: hexToBytes(identifiers.spki),
        deviceType: 'SDK',
        deviceOrigin: 'IOS',
        artifactFamily: 'family',
        artifactVersion: '1.0.0',
        codeBits: 2048,
        threshold: 744,
        epoch: 0,
        sealedTemplate: hexToBytes('beef'),
        operationId: 'op-1',
        operationPayload: 'pay',
      },
      freshness,
    );
    expect(bytesToHex(enrollment)).toBe(want.beginEnrollment);
    const { authenticationId, circuitIndex, serverNonce, labels, intent } = want.userAuthentication;
    expect(
      bytesToHex(messages.uploadCircuitsSigningInput(suite, authenticationId, hexToBytes('00112233'))),
    ).toBe(want.uploadCircuits);
    expect(bytesToHex(messages.commitEnrollmentSigningInput(authenticationId, freshness))).toBe(
      want.commitEnrollment,
    );
    expect(bytesToHex(messages.beginAuthenticationSigningInput(device, 9, freshness))).toBe(
      want.beginAuthentication,
    );
    expect(bytesToHex(messages.deviceStatusSigningInput(device, freshness))).toBe(want.deviceStatus);
    const reservation = { authenticationId, circuitIndex, serverNonce: hexToBytes(serverNonce) };
    const sign = (what: messages.AuthenticationIntent): string =>
      bytesToHex(
        messages.userAuthenticationSigningInput(suite, device, reservation, hexToBytes(labels), what),
      );
    expect(sign(intent)).toBe(want.userAuthentication.full);
    expect(sign({ purpose: 'authenticate' })).toBe(want.userAuthentication.bare);
  });

  it('fix circuit batches with and without tokens', () => {
    for (const vector of vectors.circuitBatches) {
      const circuits = vector.indices.map((circuitIndex, i) => ({
        circuitIndex,
        payload: hexToBytes(vector.payloads[i]!),
        ...(vector.tokens ? { tokenHash: hexToBytes(vector.tokens[i]!) } : {}),
      }));
      expect(bytesToHex(messages.encodeCircuitBatch({ circuits }))).toBe(vector.encoded);
      expect(messages.decodeCircuitBatch(hexToBytes(vector.encoded)).circuits).toEqual(circuits);
    }
  });

  it('fix the answer to a consumption', () => {
    const { encoded, payload, payloadSha256, stock, nextFreeIndex } = vectors.consumedCircuit;
    const circuit = {
      payload: hexToBytes(payload),
      payloadSha256: hexToBytes(payloadSha256),
      stock,
      nextFreeIndex,
    };
    expect(bytesToHex(messages.encodeConsumedCircuit(circuit))).toBe(encoded);
    expect(messages.decodeConsumedCircuit(hexToBytes(encoded))).toEqual(circuit);
  });

  it('fix the user authentication message', () => {
    const { header, labels, encoded } = vectors.userAuthenticationMessage;
    expect(bytesToHex(messages.encodeUserAuthentication(header, hexToBytes(labels)))).toBe(encoded);
    const decoded = messages.decodeUserAuthentication(hexToBytes(encoded));
    expect(decoded.header).toEqual(header);
    expect(bytesToHex(decoded.labels)).toBe(labels);
  });

  it('fix the refill ticket', () => {
    const { key, grant, ticket } = vectors.refillTicket;
    expect(issueRefillTicket(suite, hexToBytes(key), grant)).toBe(ticket);
    const use = { ...grant, circuitIndices: [25, 26, 27], nowMs: grant.expiresAtMs };
    expect(checkRefillTicket(suite, hexToBytes(key), ticket, use)).toEqual(grant);
  });
});
