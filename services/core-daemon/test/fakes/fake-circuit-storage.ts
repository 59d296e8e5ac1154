import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import { decodeCircuitBatch } from '@openrecognize/zkb/messages';
import type { CircuitStorage } from '../../src/ports/circuit-storage.ts';

interface Circuit {
  readonly circuitIndex: number;
  payload: Uint8Array | undefined;
  readonly payloadSha256: string;
  state: 'ready' | 'reserved' | 'consumed';
  requestNonce?: string;
  authenticationId?: string;
  serverNonce?: string;
  leaseExpiresAtMs?: number;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** circuit-storage in memory. */
export const createFakeCircuitStorage = (now: () => number) => {
  const devices = new Map<string, Circuit[]>();
  const circuitsOf = (deviceId: string): Circuit[] => {
    const circuits = devices.get(deviceId) ?? [];
    devices.set(deviceId, circuits);
    return circuits;
  };
  const stockOf = (deviceId: string) => circuitsOf(deviceId).filter(({ state }) => state === 'ready').length;
  const nextFreeOf = (deviceId: string) =>
    circuitsOf(deviceId).reduce((next, { circuitIndex }) => Math.max(next, circuitIndex + 1), 0);
  const find = (deviceId: string, circuitIndex: string) =>
    circuitsOf(deviceId).find((circuit) => circuit.circuitIndex === Number(circuitIndex));
  const answerOf = (deviceId: string, circuit: Circuit) => ({
    authenticationId: circuit.authenticationId!,
    circuitIndex: circuit.circuitIndex,
    serverNonce: circuit.serverNonce!,
    payloadSha256: circuit.payloadSha256,
    leaseExpiresAtMs: circuit.leaseExpiresAtMs!,
    stock: stockOf(deviceId),
  });

  const port: CircuitStorage = {
    async storeCircuits({ params, body }) {
      const { circuits } = decodeCircuitBatch(body as Uint8Array);
      const stored = circuitsOf(params.deviceId);
      for (const { circuitIndex, payload } of circuits) {
        const known = stored.find((circuit) => circuit.circuitIndex === circuitIndex);
        const payloadSha256 = sha256(payload);
        if (known && known.payloadSha256 !== payloadSha256) throw new RecognizeError('CONFLICT');
        if (!known) stored.push({ circuitIndex, payload: payload.slice(), payloadSha256, state: 'ready' });
      }
      return { stored: circuits.length, stock: stockOf(params.deviceId) };
    },
    async circuitStock({ params }) {
      return { stock: stockOf(params.deviceId), nextFreeIndex: nextFreeOf(params.deviceId) };
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
      return {
        payloadSha256: circuit.payloadSha256,
        stock: stockOf(body.deviceId),
        nextFreeIndex: nextFreeOf(body.deviceId),
      };
    },
    async readCircuitPayload({ params }) {
      const circuit = find(params.deviceId, params.circuitIndex);
      if (!circuit?.payload || circuit.state === 'ready') throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
      return circuit.payload.slice();
    },
    async deleteCircuitPayload({ params }) {
      const circuit = find(params.deviceId, params.circuitIndex);
      if (circuit) circuit.payload = undefined;
      return undefined;
    },
    async deleteDeviceCircuits({ params }) {
      const deleted = circuitsOf(params.deviceId).length;
      devices.delete(params.deviceId);
      return { deleted };
    },
  };
  return { port, circuitsOf, stockOf };
};
