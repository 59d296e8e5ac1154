import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import { decodeCircuitBatch, encodeConsumedCircuit } from '@openrecognize/zkb/messages';
import type { CircuitStorage } from '../../src/ports/circuit-storage.ts';

interface Circuit {
  readonly circuitIndex: number;
  payload: Uint8Array;
  readonly payloadSha256: Uint8Array;
  state: 'ready' | 'reserved' | 'consumed';
  requestNonce?: string;
  authenticationId?: string;
  serverNonce?: string;
  leaseExpiresAtMs?: number;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** circuit-storage in memory. */
export const createFakeCircuitStorage = (now: () => number) => {
  const devices = new Map<string, Circuit[]>();
  /** The real one too refuses uploads for a device it was told to forget. */
  const forgotten = new Set<string>();
  const circuitsOf = (deviceId: string): Circuit[] => {
    const circuits = devices.get(deviceId) ?? [];
    devices.set(deviceId, circuits);
    return circuits;
  };
  const stockOf = (deviceId: string) => circuitsOf(deviceId).filter(({ state }) => state === 'ready').length;
  const nextFreeOf = (deviceId: string) =>
    circuitsOf(deviceId).reduce((next, { circuitIndex }) => Math.max(next, circuitIndex + 1), 0);
  const answerOf = (deviceId: string, circuit: Circuit) => ({
    authenticationId: circuit.authenticationId!,
    circuitIndex: circuit.circuitIndex,
    serverNonce: circuit.serverNonce!,
    leaseExpiresAtMs: circuit.leaseExpiresAtMs!,
    stock: stockOf(deviceId),
  });

  const port: CircuitStorage = {
    async storeCircuits({ params, body }) {
      if (forgotten.has(params.deviceId)) throw new RecognizeError('CONFLICT');
      const { circuits } = decodeCircuitBatch(body as Uint8Array);
      const stored = circuitsOf(params.deviceId);
      for (const { circuitIndex, payload } of circuits) {
        const known = stored.find((circuit) => circuit.circuitIndex === circuitIndex);
        const payloadSha256 = sha256(payload);
        if (known && !payloadSha256.equals(known.payloadSha256)) throw new RecognizeError('CONFLICT');
        if (!known) stored.push({ circuitIndex, payload: payload.slice(), payloadSha256, state: 'ready' });
      }
      return { stored: circuits.length, stock: stockOf(params.deviceId) };
    },
    async circuitStock({ params }) {
      const nextFreeIndex = nextFreeOf(params.deviceId);
      return { stock: stockOf(params.deviceId), nextFreeIndex, shared: nextFreeIndex, enrollment: 0 };
    },
    async reserveCircuit({ body }) {
      const circuits = circuitsOf(body.deviceId);
      const repeated = circuits.find(({ requestNonce }) => requestNonce === body.requestNonce);
      if (repeated?.state === 'consumed') throw new RecognizeError('REPLAY_REFUSED');
      if (repeated) return answerOf(body.deviceId, repeated);
      const free = circuits.find(
        ({ circuitIndex, state, leaseExpiresAtMs = 0 }) =>
          circuitIndex >= body.nextIndex &&
          (state === 'ready' || (state === 'reserved' && leaseExpiresAtMs <= now())),
      );
      if (!free) throw new RecognizeError('NOT_ENOUGH_CIRCUITS');
      Object.assign(free, {
        state: 'reserved',
        requestNonce: body.requestNonce,
        authenticationId: randomUUID(),
        serverNonce: randomBytes(32).toString('base64'),
        leaseExpiresAtMs: now() + body.leaseSeconds * 1000,
      });
      return answerOf(body.deviceId, free);
    },
    async consumeCircuit({ params, body }) {
      const circuit = circuitsOf(body.deviceId).find(
        ({ authenticationId }) => authenticationId === params.authenticationId,
      );
      if (circuit?.circuitIndex !== body.circuitIndex || circuit.serverNonce !== body.serverNonce) {
        throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
      }
      if (circuit.state === 'consumed') throw new RecognizeError('REPLAY_REFUSED');
      if (circuit.leaseExpiresAtMs! <= now()) throw new RecognizeError('RESERVATION_EXPIRED');
      circuit.state = 'consumed';
      const { payload, payloadSha256 } = circuit;
      return encodeConsumedCircuit({
        payload,
        payloadSha256,
        stock: stockOf(body.deviceId),
        nextFreeIndex: nextFreeOf(body.deviceId),
      });
    },
    async deleteDeviceCircuits({ params }) {
      const deleted = circuitsOf(params.deviceId).length;
      devices.delete(params.deviceId);
      forgotten.add(params.deviceId);
      return { deleted };
    },
  };
  return { port, circuitsOf, stockOf };
};
