import type { Database } from '@openrecognize/service-kit/postgres';
import type { CircuitRef, DeviceRef, PayloadRef } from '../../circuit-ref.ts';
import type { CircuitMetadataStore, LivePage } from '../../ports/circuit-metadata-store.ts';
import { deviceOf, idArraysOf } from './device-columns.ts';
import {
  FINISHED_PAYLOADS,
  KEEP_TRANSACTION,
  LIVE_PAGE,
  type LivePageRow,
  MARK_LOST,
  MARK_PAYLOADS_DELETED,
  type PayloadRow,
  PURGE_CIRCUITS,
  PURGE_DEVICES,
  PURGE_NONCES,
  TRY_JOB_LOCK,
  WITHOUT_ROW,
} from './sweep-statements.ts';

type SweepQueries = Pick<
  CircuitMetadataStore,
  | 'markPayloadsDeleted'
  | 'markLost'
  | 'finishedPayloads'
  | 'purge'
  | 'withoutRow'
  | 'livePage'
  | 'runExclusively'
  | 'probe'
>;

/** Well below the time after which an idle transaction is ended. */
const KEEP_INTERVAL_MS = 10_000;

interface LiveDevice {
  readonly device: DeviceRef;
  readonly circuits: PayloadRef[];
}

const keysOf = (
  circuits: readonly CircuitRef[],
): [userIds: Uint8Array[], deviceIds: Uint8Array[], circuitIndices: number[]] => [
  ...idArraysOf(circuits),
  circuits.map(({ circuitIndex }) => circuitIndex),
];

const payloadOf = (row: PayloadRow): PayloadRef => ({
  ...deviceOf(row),
  circuitIndex: row.circuit_index,
  payloadSha256: row.payload_sha256,
  objectId: row.object_id,
});

const groupByDevice = (rows: readonly LivePageRow[]): readonly LiveDevice[] => {
  const devices = new Map<number, LiveDevice>();
  for (const row of rows) {
    let live = devices.get(row.device_no);
    if (!live) {
      live = { device: deviceOf(row), circuits: [] };
      devices.set(row.device_no, live);
    }
    const { circuit_index } = row;
    if (circuit_index !== null) live.circuits.push(payloadOf({ ...row, circuit_index }));
  }
  return [...devices.values()];
};

export const createSweepQueries = (database: Database): SweepQueries => ({
  async markPayloadsDeleted(circuits) {
    if (circuits.length > 0) await database.row(MARK_PAYLOADS_DELETED, ...keysOf(circuits));
  },

  async markLost(circuits, nowMs) {
    const row = await database.row(MARK_LOST, ...keysOf(circuits), nowMs);
    return row!.changed;
  },

  async finishedPayloads(finishedBeforeMs, limit) {
    const rows = await database.rows(FINISHED_PAYLOADS, finishedBeforeMs, limit);
    return rows.map(payloadOf);
  },

  async purge(olderThanMs, limit) {
    const purged = async (statement: typeof PURGE_CIRCUITS | typeof PURGE_NONCES | typeof PURGE_DEVICES) => {
      const row = await database.row(statement, olderThanMs, limit);
      return row!.purged;
    };
    // Devices last: nothing may point to them any more.
    const circuits = await purged(PURGE_CIRCUITS);
    const nonces = await purged(PURGE_NONCES);
    return { circuits, nonces, devices: await purged(PURGE_DEVICES) };
  },

  async withoutRow(payloads) {
    const objectIds = payloads.map(({ objectId }) => objectId);
    const rows = await database.rows(WITHOUT_ROW, ...keysOf(payloads), objectIds);
    return rows.map(({ position }) => payloads[position - 1]!);
  },

  async livePage(cursor, limit): Promise<LivePage> {
    const rows = await database.rows(LIVE_PAGE, Number(cursor ?? 0), limit);
    const devices = groupByDevice(rows);
    const last = rows.at(-1)?.device_no;
    return devices.length < limit || last === undefined ? { devices } : { devices, next: String(last) };
  },

  // The lock ends with its connection: another process may then begin the job while this one still runs it. That is
  // twice the work and no harm, because each step of a job looks before it acts.
  runExclusively: (job, run) =>
    database.transaction(
      async (transaction) => {
        const lock = await transaction.row(TRY_JOB_LOCK, `circuit-storage ${job}`);
        if (!lock!.locked) return false;
        const keep = setInterval(() => {
          transaction.execute(KEEP_TRANSACTION).catch(() => undefined);
        }, KEEP_INTERVAL_MS);
        try {
          await run();
        } finally {
          clearInterval(keep);
        }
        return true;
      },
      { maxRetries: 0 },
    ),

  probe: () => database.probe(),
});
