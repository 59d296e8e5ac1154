import { RecognizeError } from '@openrecognize/contracts';
import { type Database, isTransactionConflict, isUniqueViolation } from '@openrecognize/service-kit/postgres';
import type { CircuitRef } from '../../circuit-ref.ts';
import type {
  CircuitMetadataStore,
  ConsumeOutcome,
  ConsumeRequest,
  FoundCircuit,
  ReservationRequest,
  ReserveOutcome,
} from '../../ports/circuit-metadata-store.ts';
import { idsOf } from './device-columns.ts';
import { createSweepQueries } from './postgres-sweep-queries.ts';
import { createUploadQueries } from './postgres-upload-queries.ts';
import {
  CONSUME,
  type ConsumeRow,
  FIND,
  RELEASE,
  RESERVE,
  type ReserveRow,
  STOCK,
} from './reservation-statements.ts';
import { STOCK_SUMMARY } from './stock-summary-statement.ts';

/** Simultaneous requests of one device settle within two or three tries; more means something else is wrong. */
const CONTENTION_TRIES = 20;

/** The other one of two simultaneous requests with the same nonce was first. */
const isContention = (error: unknown): boolean =>
  isUniqueViolation(error, 'circuits_request_nonce') || isTransactionConflict(error);

/** Runs `attempt` until it comes to a result other than undefined. */
const untilSettled = async <Result>(attempt: () => Promise<Result | undefined>): Promise<Result> => {
  for (let tries = 0; tries < CONTENTION_TRIES; tries++) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      if (!isContention(error)) throw error;
    }
  }
  throw new RecognizeError('STORAGE_UNAVAILABLE', {
    cause: new Error('circuits of one device are contended'),
  });
};

const reserveOutcome = (row: ReserveRow | undefined): ReserveOutcome | undefined => {
  if (!row) return { outcome: 'none-ready', skipped: 0 };
  if (row.nonce_spent) return { outcome: 'nonce-spent' };
  if (row.circuit_index === null) {
    // There were free circuits, yet others took them while this statement waited.
    return row.free_before > 0 ? undefined : { outcome: 'none-ready', skipped: row.skipped };
  }
  return {
    outcome: 'reserved',
    authenticationId: row.authentication_id,
    circuitIndex: row.circuit_index,
    serverNonce: row.server_nonce,
    payloadSha256: row.payload_sha256,
    objectId: row.object_id,
    payloadBytes: row.payload_bytes,
    leaseExpiresAtMs: row.lease_expires_at_ms,
    stock: row.repeated ? row.free_before : Math.max(0, row.free_before - 1),
    repeated: row.repeated,
    leaseTakenOver: row.lease_taken_over,
    skipped: row.skipped,
  };
};

const consumeOutcome = (row: ConsumeRow | undefined): ConsumeOutcome | undefined => {
  if (!row) return { outcome: 'unknown' };
  const { payload_sha256: payloadSha256, object_id: objectId, next_free_index: nextFreeIndex, stock } = row;
  if (payloadSha256 !== null && objectId !== null) {
    return { outcome: 'consumed', payloadSha256, objectId, nextFreeIndex, stock };
  }
  switch (row.state_before) {
    case 'consumed':
      return { outcome: 'consumed-before' };
    case 'skipped':
      return { outcome: 'expired' };
    case 'reserved':
      // Open when the statement began, not when its turn came: the next look says what it has become.
      return row.lease_ran_out ? { outcome: 'expired' } : undefined;
    default:
      return { outcome: 'unknown' };
  }
};

/** Circuits in the PostgreSQL schema `circuit_storage`, made by the migrations of this service. */
export const createPostgresCircuitMetadataStore = (database: Database): CircuitMetadataStore => ({
  ...createUploadQueries(database),
  ...createSweepQueries(database),

  async stockOf(device, nowMs) {
    const row = await database.row(STOCK, ...idsOf(device), nowMs);
    return {
      stock: row?.stock ?? 0,
      nextFreeIndex: row?.next_free_index ?? 0,
      shared: row?.shared_circuits ?? 0,
      enrollment: row?.enrollment_circuits ?? 0,
    };
  },

  async summarizeStock(lowWaterMark, nowMs) {
    const row = await database.row(STOCK_SUMMARY, lowWaterMark, nowMs);
    const { ready_circuits: readyCircuits, sufficient, low, empty } = row!;
    return { readyCircuits, sufficient, low, empty };
  },

  reserve(request: ReservationRequest) {
    const { nextIndex, requestNonce, nowMs, authenticationId, serverNonce, leaseExpiresAtMs } = request;
    const [userId, deviceId] = idsOf(request.device);
    return untilSettled(async () =>
      reserveOutcome(
        await database.row(
          RESERVE,
          userId,
          deviceId,
          nextIndex,
          requestNonce,
          nowMs,
          authenticationId,
          serverNonce,
          leaseExpiresAtMs,
        ),
      ),
    );
  },

  consume(request: ConsumeRequest) {
    const { circuitIndex, authenticationId, serverNonce, nowMs } = request;
    const [userId, deviceId] = idsOf(request);
    return untilSettled(async () =>
      consumeOutcome(
        await database.row(CONSUME, userId, deviceId, circuitIndex, authenticationId, serverNonce, nowMs),
      ),
    );
  },

  async release(authenticationId) {
    const row = await database.row(RELEASE, authenticationId);
    return row!.released;
  },

  async find(circuit: CircuitRef): Promise<FoundCircuit | undefined> {
    const row = await database.row(FIND, ...idsOf(circuit), circuit.circuitIndex);
    return (
      row && {
        userId: circuit.userId,
        deviceId: circuit.deviceId,
        circuitIndex: circuit.circuitIndex,
        state: row.state,
        payloadSha256: row.payload_sha256,
        payloadBytes: row.payload_bytes,
        objectId: row.object_id,
        hasPayload: row.has_payload,
      }
    );
  },
});
