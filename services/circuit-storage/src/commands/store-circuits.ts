import { hash } from 'node:crypto';
import { isRecognizeError, limits, logMessage, RecognizeError } from '@openrecognize/contracts';
import { type CircuitBatch, decodeCircuitBatch, ProtocolError } from '@openrecognize/zkb/messages';
import { circuitIdOf, type DeviceRef, maxCircuitIndex, objectKeyOf } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { forEachLimited } from '../for-each-limited.ts';
import type { NewCircuit, StoreOutcome } from '../ports/circuit-metadata-store.ts';
import { ObjectStoreError } from '../ports/object-store-error.ts';
import type { UploadConflict } from '../upload-rules.ts';

export interface StoreCircuitsInput extends DeviceRef {
  /** A circuit batch without tokens (spec 04 §4.1). Not modified; must not change until the command ends. */
  readonly batch: Uint8Array;
  /** Part of an enrollment that is not committed; false by default. */
  readonly enrolling?: boolean | undefined;
}

export interface StoreCircuitsOutput {
  /** Circuits of the batch, those stored before included. */
  readonly stored: number;
  /** Ready circuits of the device. */
  readonly stock: number;
}

interface UploadedCircuit extends NewCircuit {
  readonly payload: Uint8Array;
}

const PUTS_AT_A_TIME = 8;

const decode = (bytes: Uint8Array): CircuitBatch => {
  let batch: CircuitBatch;
  try {
    batch = decodeCircuitBatch(bytes);
  } catch (error) {
    if (error instanceof ProtocolError)
      throw new RecognizeError('PROTOCOL_INVALID_MESSAGE', { cause: error });
    throw error;
  }
  // Tokens belong to the vault alone: whoever sends them here must learn of it before anything is stored.
  const fits = batch.circuits.every(
    ({ circuitIndex, tokenHash }) => tokenHash === undefined && circuitIndex <= maxCircuitIndex,
  );
  if (!fits) throw new RecognizeError('PROTOCOL_INVALID_MESSAGE');
  return batch;
};

const refuse = (conflict: UploadConflict): RecognizeError =>
  new RecognizeError('CONFLICT', { details: { ...conflict } });

const putPayloads = async (
  { objects, metrics }: CircuitStorageDependencies,
  device: DeviceRef,
  circuits: readonly UploadedCircuit[],
  log: EventLog,
): Promise<void> => {
  let logged = false;
  await forEachLimited(circuits, PUTS_AT_A_TIME, async (circuit) => {
    try {
      await objects.put(objectKeyOf({ ...device, ...circuit }), circuit.payload);
      metrics.payloadBytes('stored', circuit.payload.length);
    } catch (error) {
      // Once per upload: the same full disk refuses all of them.
      if (!logged) {
        const circuitId = circuitIdOf({ ...device, ...circuit });
        log.error({ err: error }, `Persisting circuit on S3 failed. [circuitId=${circuitId}]`);
      }
      logged = true;
      throw new RecognizeError('STORAGE_UNAVAILABLE', { cause: error });
    }
  });
};

const sqlReasonOf = (error: unknown): string => {
  const { code } = (isRecognizeError(error) ? (error.cause ?? error) : error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
};

const putRows = async (
  { circuits, now }: CircuitStorageDependencies,
  device: DeviceRef,
  uploaded: readonly UploadedCircuit[],
  enrolling: boolean,
  log: EventLog,
): Promise<StoreOutcome> => {
  try {
    return await circuits.storeCircuits(device, uploaded, {
      maxUnfinished: limits.maxCircuitsPerDevice,
      nowMs: now(),
      enrolling,
    });
  } catch (error) {
    log.error({ err: error }, logMessage('SQL_BATCH_FAILED', { reason: sqlReasonOf(error) }));
    // An upload may be repeated, whatever the database had against this one; its payloads are left to the sweep.
    throw isRecognizeError(error) ? error : new RecognizeError('STORAGE_UNAVAILABLE', { cause: error });
  }
};

const isAway = (error: unknown): boolean => {
  const cause = isRecognizeError(error) ? error.cause : error;
  return cause instanceof ObjectStoreError && (cause.code === 'TIMEOUT' || cause.code === 'UNREACHABLE');
};

/** Frees objects no row will ever name. What it can't reach, the sweep will. */
const discardPayloads = async (
  { objects }: CircuitStorageDependencies,
  device: DeviceRef,
  circuits: readonly UploadedCircuit[],
  log: EventLog,
): Promise<void> => {
  const refused = await objects.deleteMany(circuits.map((circuit) => objectKeyOf({ ...device, ...circuit })));
  if (refused.length === 0) return;
  log.warn({ err: refused[0]!.reason }, 'payloads of a refused upload are left to the sweep');
};

/**
 * Stores circuits as ready: payloads first, then all rows at once. A crash in between leaves payloads without a row,
 * which the sweep removes, never a row without its payload. What the rows turn out to refuse, or to know already, is
 * removed again: it is rare, and a look beforehand would cost every upload a statement.
 *
 * @throws RecognizeError PROTOCOL_INVALID_MESSAGE, CONFLICT (`details.reason`), STORAGE_UNAVAILABLE
 */
export const storeCircuits = async (
  dependencies: CircuitStorageDependencies,
  input: StoreCircuitsInput,
  log: EventLog,
): Promise<StoreCircuitsOutput> => {
  const { metrics, randomBytes } = dependencies;
  const device: DeviceRef = { userId: input.userId, deviceId: input.deviceId };
  const uploaded = decode(input.batch).circuits.map(
    ({ circuitIndex, payload }): UploadedCircuit => ({
      circuitIndex,
      payload,
      payloadBytes: payload.length,
      payloadSha256: hash('sha256', payload, 'buffer'),
      objectId: randomBytes(8),
    }),
  );

  try {
    await putPayloads(dependencies, device, uploaded, log);
  } catch (error) {
    // One that does not answer would not take deletions either, and the caller waits: the sweep will.
    if (!isAway(error)) await discardPayloads(dependencies, device, uploaded, log);
    throw error;
  }
  const outcome = await putRows(dependencies, device, uploaded, input.enrolling ?? false, log);
  if (outcome.outcome === 'conflict') {
    await discardPayloads(dependencies, device, uploaded, log);
    throw refuse(outcome.conflict);
  }
  const inserted = new Set(outcome.inserted);
  const surplus = uploaded.filter(({ circuitIndex }) => !inserted.has(circuitIndex));
  if (surplus.length > 0) await discardPayloads(dependencies, device, surplus, log);
  metrics.count('stored', outcome.inserted.length);
  return { stored: uploaded.length, stock: outcome.stock };
};
