import { hexToBytes } from '@openrecognize/bytes';
import type { Database, Queryable } from '@openrecognize/service-kit/postgres';
import type { DeviceRef } from '../../circuit-ref.ts';
import type {
  CircuitMetadataStore,
  NewCircuit,
  StoreOutcome,
  UploadState,
} from '../../ports/circuit-metadata-store.ts';
import { judgeUpload } from '../../upload-rules.ts';
import { idsOf } from './device-columns.ts';
import { STOCK } from './reservation-statements.ts';
import {
  APPEND_CIRCUITS,
  DELETE_CIRCUITS,
  FORGET_DEVICE,
  INSERT_CIRCUITS,
  IS_UNUSED,
  LOCK_DEVICE,
  MARK_DEVICE_DELETED,
  UPLOAD_STATE,
} from './upload-statements.ts';

type UploadQueries = Pick<CircuitMetadataStore, 'storeCircuits' | 'deleteDevice'>;

const NEW_DEVICE: UploadState = { nextFreeIndex: 0, unfinished: 0, deviceDeleted: false, existing: [] };

const readUploadState = async (
  sql: Queryable,
  device: DeviceRef,
  circuitIndices: readonly number[],
): Promise<UploadState> => {
  const row = await sql.row(UPLOAD_STATE, ...idsOf(device), circuitIndices);
  if (!row) return NEW_DEVICE;
  return {
    nextFreeIndex: row.next_free_index,
    unfinished: row.unfinished,
    deviceDeleted: row.deleted,
    existing: row.existing.map(({ circuitIndex, state, payloadSha256 }) => ({
      circuitIndex,
      state,
      payloadSha256: hexToBytes(payloadSha256),
    })),
  };
};

/** The columns of new rows, as arrays for `unnest`. */
const columnsOf = (circuits: readonly NewCircuit[]) =>
  [
    circuits.map(({ circuitIndex }) => circuitIndex),
    circuits.map(({ payloadSha256 }) => payloadSha256),
    circuits.map(({ objectId }) => objectId),
    circuits.map(({ payloadBytes }) => payloadBytes),
  ] as const;

/** What `append_circuits` leaves: first uploads, repeated ones, and those that are to be refused, with the reason. */
const storeStepByStep = (
  database: Database,
  device: DeviceRef,
  circuits: readonly NewCircuit[],
  { maxUnfinished, nowMs, enrolling = false }: Parameters<CircuitMetadataStore['storeCircuits']>[2],
): Promise<StoreOutcome> =>
  database.transaction(async (sql) => {
    const locked = await sql.row(LOCK_DEVICE, ...idsOf(device));
    const indices = circuits.map(({ circuitIndex }) => circuitIndex);
    const verdict = judgeUpload(await readUploadState(sql, device, indices), circuits, maxUnfinished);
    if (verdict.conflict) return { outcome: 'conflict', conflict: verdict.conflict };
    const { missing } = verdict;
    if (missing.length > 0) {
      await sql.execute(INSERT_CIRCUITS, locked!.device_no, ...columnsOf(missing), nowMs, enrolling);
    }
    const stock = await sql.row(STOCK, ...idsOf(device), nowMs);
    const inserted = missing.map(({ circuitIndex }) => circuitIndex);
    return { outcome: 'stored', inserted, stock: stock!.stock };
  });

export const createUploadQueries = (database: Database): UploadQueries => ({
  async storeCircuits(device, circuits, limit) {
    const { maxUnfinished, nowMs, enrolling } = limit;
    if (enrolling === true) return storeStepByStep(database, device, circuits, limit);
    const appended = await database.row(
      APPEND_CIRCUITS,
      ...idsOf(device),
      ...columnsOf(circuits),
      maxUnfinished,
      nowMs,
    );
    const stock = appended?.stock ?? undefined;
    if (stock === undefined) return storeStepByStep(database, device, circuits, limit);
    return { outcome: 'stored', inserted: circuits.map(({ circuitIndex }) => circuitIndex), stock };
  },

  deleteDevice: (device, nowMs, { forgetUnused = false } = {}) =>
    database.transaction(async (sql) => {
      const { device_no: deviceNo } = (await sql.row(MARK_DEVICE_DELETED, ...idsOf(device), nowMs))!;
      const forget = forgetUnused && (await sql.row(IS_UNUSED, deviceNo))!.unused;
      const counted = await sql.row(DELETE_CIRCUITS, deviceNo);
      if (forget) await sql.execute(FORGET_DEVICE, deviceNo);
      return counted!.deleted;
    }),
});
