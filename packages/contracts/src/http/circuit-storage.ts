import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import {
  CircuitCount,
  CircuitIndex,
  DeviceId,
  DurationSeconds,
  RequestNonce,
  ServerNonce,
  TimestampMs,
  UserId,
  Uuid,
} from './fields.ts';

const strict = { additionalProperties: false } as const;
const deviceParams = Type.Object({ userId: UserId, deviceId: DeviceId });

/** Body: a circuit batch without match tokens (this service never sees them). */
export const storeCircuits = defineEndpoint({
  method: 'PUT',
  path: '/internal/v1/users/:userId/devices/:deviceId/circuits',
  summary: 'Stores circuits as ready; the same index with the same payload is accepted again',
  auth: 'service-key',
  idempotent: true,
  params: deviceParams,
  query: Type.Object({
    /** Part of an enrollment that is not committed yet; false by default. */
    enrolling: Type.Optional(Type.Boolean()),
  }),
  body: 'bytes',
  status: 200,
  response: Type.Object({ stored: CircuitCount, stock: CircuitCount }),
  errors: ['PROTOCOL_INVALID_MESSAGE', 'CONFLICT', 'STORAGE_UNAVAILABLE'],
});

export const circuitStock = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/users/:userId/devices/:deviceId/circuits',
  summary: 'Circuits of a device: ready, ever shared, shared by its enrollment; the first index never stored',
  auth: 'service-key',
  idempotent: true,
  params: deviceParams,
  status: 200,
  response: Type.Object({
    stock: CircuitCount,
    nextFreeIndex: CircuitIndex,
    /** Circuits the device ever stored, used ones included. */
    shared: Type.Integer({ minimum: 0 }),
    /** Those of them that were stored before its enrollment was committed. */
    enrollment: Type.Integer({ minimum: 0 }),
  }),
  errors: [],
});

/** ready -> reserved, atomically. The same request nonce yields the same reservation while it is open. */
export const reserveCircuit = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/reservations',
  summary: 'Reserves the lowest ready circuit with index >= nextIndex',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(
    {
      userId: UserId,
      deviceId: DeviceId,
      nextIndex: CircuitIndex,
      requestNonce: RequestNonce,
      leaseSeconds: DurationSeconds,
    },
    strict,
  ),
  status: 200,
  response: Type.Object({
    authenticationId: Uuid,
    circuitIndex: CircuitIndex,
    serverNonce: ServerNonce,
    leaseExpiresAtMs: TimestampMs,
    stock: CircuitCount,
  }),
  errors: ['NOT_ENOUGH_CIRCUITS', 'REPLAY_REFUSED'],
});

/**
 * reserved -> consumed, atomically and once. The answer is the one copy of the payload that ever leaves the storage
 * (spec 04 §4.5, ZK-17). STORAGE_UNAVAILABLE leaves the circuit reserved unless the answer was lost on its way.
 */
export const consumeCircuit = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/reservations/:authenticationId/consume',
  summary: 'Consumes a reserved circuit, which nothing brings back, and gives out its payload',
  auth: 'service-key',
  idempotent: false,
  params: Type.Object({ authenticationId: Uuid }),
  body: Type.Object(
    { userId: UserId, deviceId: DeviceId, circuitIndex: CircuitIndex, serverNonce: ServerNonce },
    strict,
  ),
  status: 200,
  response: 'bytes',
  errors: ['NO_SUCH_CIRCUIT_ID', 'RESERVATION_EXPIRED', 'REPLAY_REFUSED', 'STORAGE_UNAVAILABLE'],
});

/** reserved -> ready, for a request that fails before labels were accepted. */
export const releaseReservation = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/reservations/:authenticationId/release',
  summary: 'Gives an unused reservation back',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ authenticationId: Uuid }),
  status: 204,
  response: 'empty',
  errors: [],
});

export const deleteDeviceCircuits = defineEndpoint({
  method: 'DELETE',
  path: '/internal/v1/users/:userId/devices/:deviceId/circuits',
  summary: 'Deletes all circuits of a device',
  auth: 'service-key',
  idempotent: true,
  params: deviceParams,
  query: Type.Object({
    /** The device never came to count: if no circuit of it was ever reserved, it may store the same ones again. */
    neverCounted: Type.Optional(Type.Boolean()),
  }),
  status: 200,
  response: Type.Object({ deleted: Type.Integer({ minimum: 0 }) }),
  errors: ['STORAGE_UNAVAILABLE'],
});

export const circuitStorageEndpoints = {
  storeCircuits,
  circuitStock,
  reserveCircuit,
  consumeCircuit,
  releaseReservation,
  deleteDeviceCircuits,
} as const;
