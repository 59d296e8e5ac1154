import { bytesToHex, constantTimeEqual } from '@openrecognize/bytes';
import { type CircuitRef, type DeviceRef, objectKeyOf, type PayloadRef } from '../../circuit-ref.ts';
import type {
  CircuitMetadataStore,
  CircuitState,
  LivePage,
  NewCircuit,
  UploadState,
} from '../../ports/circuit-metadata-store.ts';
import { judgeUpload } from '../../upload-rules.ts';

interface Row extends NewCircuit {
  readonly device: DeviceRef;
  state: CircuitState;
  hasPayload: boolean;
  finishedAtMs?: number;
  reservation?: {
    readonly authenticationId: string;
    readonly requestNonce: string;
    readonly serverNonce: Uint8Array;
    readonly leaseExpiresAtMs: number;
  };
}

interface Device {
  readonly ref: DeviceRef;
  nextFreeIndex: number;
  shared: number;
  enrollment: number;
  deletedAtMs?: number;
  readonly rows: Map<number, Row>;
  readonly spentNonces: Map<string, number>;
}

const keyOf = (device: DeviceRef): string => `${device.userId}/${device.deviceId}`;
const isOpen = (row: Row): boolean => row.state === 'ready' || row.state === 'reserved';
const leaseRanOut = (row: Row, nowMs: number): boolean =>
  row.state === 'reserved' && row.reservation!.leaseExpiresAtMs <= nowMs;
const isFree = (row: Row, nowMs: number): boolean => row.state === 'ready' || leaseRanOut(row, nowMs);
const payloadOf = (row: Row): PayloadRef => ({
  ...row.device,
  circuitIndex: row.circuitIndex,
  payloadSha256: row.payloadSha256,
  objectId: row.objectId,
});

const finish = (row: Row, state: CircuitState, nowMs: number): void => {
  row.state = state;
  row.finishedAtMs = nowMs;
};

/** Circuits of one process, gone with it: the rules in their plainest form, for tests and as the measure of others. */
export const createMemoryCircuitMetadataStore = (): CircuitMetadataStore => {
  const devices = new Map<string, Device>();
  const running = new Set<string>();

  const deviceAt = (ref: DeviceRef): Device => {
    const key = keyOf(ref);
    let device = devices.get(key);
    if (!device) {
      const { userId, deviceId } = ref;
      device = {
        ref: { userId, deviceId },
        nextFreeIndex: 0,
        shared: 0,
        enrollment: 0,
        rows: new Map(),
        spentNonces: new Map(),
      };
      devices.set(key, device);
    }
    return device;
  };
  const rowsOf = (ref: DeviceRef): readonly Row[] =>
    [...(devices.get(keyOf(ref))?.rows.values() ?? [])].sort((a, b) => a.circuitIndex - b.circuitIndex);
  const rowAt = (ref: CircuitRef): Row | undefined => devices.get(keyOf(ref))?.rows.get(ref.circuitIndex);
  const allRows = (): readonly Row[] => [...devices.values()].flatMap(({ rows }) => [...rows.values()]);
  const freeCount = (ref: DeviceRef, fromIndex: number, nowMs: number): number =>
    rowsOf(ref).filter((row) => row.circuitIndex >= fromIndex && isFree(row, nowMs)).length;

  const uploadState = (ref: DeviceRef, indices: readonly number[]): UploadState => {
    const device = devices.get(keyOf(ref));
    return {
      nextFreeIndex: device?.nextFreeIndex ?? 0,
      unfinished: rowsOf(ref).filter(isOpen).length,
      deviceDeleted: device?.deletedAtMs !== undefined,
      existing: rowsOf(ref).filter(({ circuitIndex }) => indices.includes(circuitIndex)),
    };
  };

  const purgeDevice = (device: Device, olderThanMs: number) => {
    const circuits = [...device.rows.values()].filter(
      (row) => row.finishedAtMs !== undefined && row.finishedAtMs < olderThanMs && !row.hasPayload,
    );
    for (const { circuitIndex } of circuits) device.rows.delete(circuitIndex);
    const nonces = [...device.spentNonces].filter(([, spentAtMs]) => spentAtMs < olderThanMs);
    for (const [nonce] of nonces) device.spentNonces.delete(nonce);
    const gone = device.deletedAtMs !== undefined && device.deletedAtMs < olderThanMs;
    if (gone) devices.delete(keyOf(device.ref));
    return { circuits: circuits.length, nonces: nonces.length, devices: gone ? 1 : 0 };
  };

  return {
    async storeCircuits(ref, circuits, { maxUnfinished, nowMs, enrolling = false }) {
      const indices = circuits.map(({ circuitIndex }) => circuitIndex);
      const verdict = judgeUpload(uploadState(ref, indices), circuits, maxUnfinished);
      if (verdict.conflict) return { outcome: 'conflict', conflict: verdict.conflict };
      const device = deviceAt(ref);
      for (const { circuitIndex, payloadSha256, payloadBytes, objectId } of verdict.missing) {
        const row = { circuitIndex, payloadSha256, payloadBytes, objectId };
        device.rows.set(circuitIndex, { ...row, device: device.ref, state: 'ready', hasPayload: true });
        device.nextFreeIndex = Math.max(device.nextFreeIndex, circuitIndex + 1);
      }
      device.shared += verdict.missing.length;
      if (enrolling) device.enrollment += verdict.missing.length;
      const inserted = verdict.missing.map(({ circuitIndex }) => circuitIndex);
      return { outcome: 'stored', inserted, stock: freeCount(ref, 0, nowMs) };
    },
    async stockOf(ref, nowMs) {
      const { nextFreeIndex = 0, shared = 0, enrollment = 0 } = devices.get(keyOf(ref)) ?? {};
      return { stock: freeCount(ref, 0, nowMs), nextFreeIndex, shared, enrollment };
    },
    async summarizeStock(lowWaterMark, nowMs) {
      const stocks = [...devices.values()]
        .filter(({ deletedAtMs }) => deletedAtMs === undefined)
        .map(({ ref }) => freeCount(ref, 0, nowMs));
      const devicesWith = (fits: (stock: number) => boolean): number => stocks.filter(fits).length;
      return {
        readyCircuits: stocks.reduce((sum, stock) => sum + stock, 0),
        sufficient: devicesWith((stock) => stock >= lowWaterMark),
        low: devicesWith((stock) => stock > 0 && stock < lowWaterMark),
        empty: devicesWith((stock) => stock === 0),
      };
    },
    async reserve(request) {
      const { device: ref, nowMs, nextIndex } = request;
      const device = devices.get(keyOf(ref));
      if (!device || device.deletedAtMs !== undefined) return { outcome: 'none-ready', skipped: 0 };
      const nonce = bytesToHex(request.requestNonce);
      const known = rowsOf(ref).find((row) => row.reservation?.requestNonce === nonce);
      const stillOpen =
        known?.state === 'reserved' && !leaseRanOut(known, nowMs) && known.circuitIndex >= nextIndex;
      if (device.spentNonces.has(nonce) || (known && !stillOpen)) return { outcome: 'nonce-spent' };

      const passedOver = rowsOf(ref).filter((row) => row.circuitIndex < nextIndex && isFree(row, nowMs));
      for (const row of passedOver) finish(row, 'skipped', nowMs);
      const skipped = passedOver.length;
      const row =
        known ??
        rowsOf(ref).find((candidate) => candidate.circuitIndex >= nextIndex && isFree(candidate, nowMs));
      if (!row) return { outcome: 'none-ready', skipped };
      const leaseTakenOver = !known && row.reservation !== undefined;
      if (leaseTakenOver) device.spentNonces.set(row.reservation!.requestNonce, nowMs);
      if (!known) {
        const { authenticationId, serverNonce, leaseExpiresAtMs } = request;
        row.reservation = { authenticationId, serverNonce, leaseExpiresAtMs, requestNonce: nonce };
        row.state = 'reserved';
      }
      const { authenticationId, serverNonce, leaseExpiresAtMs } = row.reservation!;
      return {
        outcome: 'reserved',
        authenticationId,
        serverNonce,
        leaseExpiresAtMs,
        circuitIndex: row.circuitIndex,
        payloadSha256: row.payloadSha256,
        objectId: row.objectId,
        payloadBytes: row.payloadBytes,
        stock: freeCount(ref, nextIndex, nowMs),
        repeated: known !== undefined,
        leaseTakenOver,
        skipped,
      };
    },
    async consume(request) {
      const device = devices.get(keyOf(request));
      const row = device?.rows.get(request.circuitIndex);
      const reservation = row?.reservation;
      if (
        !device ||
        !row ||
        reservation?.authenticationId !== request.authenticationId ||
        !constantTimeEqual(reservation.serverNonce, request.serverNonce)
      ) {
        return { outcome: 'unknown' };
      }
      if (row.state === 'consumed') return { outcome: 'consumed-before' };
      if (row.state === 'lost') return { outcome: 'unknown' };
      if (row.state !== 'reserved' || leaseRanOut(row, request.nowMs)) return { outcome: 'expired' };
      finish(row, 'consumed', request.nowMs);
      const stock = freeCount(request, request.circuitIndex + 1, request.nowMs);
      const { payloadSha256, objectId } = row;
      return { outcome: 'consumed', payloadSha256, objectId, stock, nextFreeIndex: device.nextFreeIndex };
    },
    async release(authenticationId) {
      const row = allRows().find(
        ({ state, reservation }) =>
          state === 'reserved' && reservation?.authenticationId === authenticationId,
      );
      if (!row) return false;
      row.state = 'ready';
      delete row.reservation;
      return true;
    },
    async find(circuit) {
      const row = rowAt(circuit);
      if (!row) return undefined;
      const { state, payloadBytes, hasPayload } = row;
      return { ...payloadOf(row), state, payloadBytes, hasPayload };
    },
    async markPayloadsDeleted(circuits) {
      for (const row of circuits.map(rowAt)) if (row && !isOpen(row)) row.hasPayload = false;
    },
    async markLost(circuits, nowMs) {
      const rows = circuits.map(rowAt).filter((row) => row !== undefined && isOpen(row));
      for (const row of rows) finish(row!, 'lost', nowMs);
      return rows.length;
    },
    async deleteDevice(ref, nowMs, { forgetUnused = false } = {}) {
      const device = deviceAt(ref);
      const deleted = device.rows.size;
      const untouched = [...device.rows.values()].filter(
        ({ state, reservation }) => state === 'ready' && reservation === undefined,
      );
      if (forgetUnused && untouched.length === device.nextFreeIndex && device.spentNonces.size === 0) {
        devices.delete(keyOf(ref));
        return deleted;
      }
      device.rows.clear();
      device.spentNonces.clear();
      device.deletedAtMs = nowMs;
      return deleted;
    },
    async finishedPayloads(finishedBeforeMs, limit) {
      return allRows()
        .filter(
          (row) => row.hasPayload && row.finishedAtMs !== undefined && row.finishedAtMs < finishedBeforeMs,
        )
        .sort((a, b) => a.finishedAtMs! - b.finishedAtMs!)
        .slice(0, limit)
        .map(payloadOf);
    },
    async purge(olderThanMs) {
      const purged = { circuits: 0, devices: 0, nonces: 0 };
      for (const device of [...devices.values()]) {
        const counts = purgeDevice(device, olderThanMs);
        purged.circuits += counts.circuits;
        purged.devices += counts.devices;
        purged.nonces += counts.nonces;
      }
      return purged;
    },
    async withoutRow(payloads) {
      return payloads.filter((payload) => {
        const row = rowAt(payload);
        return !row?.hasPayload || objectKeyOf(payloadOf(row)) !== objectKeyOf(payload);
      });
    },
    async livePage(cursor, limit): Promise<LivePage> {
      const keys = [...devices.keys()].sort().filter((key) => cursor === undefined || key > cursor);
      const page = keys.slice(0, limit).map((key) => {
        const { ref } = devices.get(key)!;
        return { device: ref, circuits: rowsOf(ref).filter(isOpen).map(payloadOf) };
      });
      return keys.length > limit ? { devices: page, next: keys[limit - 1]! } : { devices: page };
    },
    async runExclusively(job, run) {
      if (running.has(job)) return false;
      running.add(job);
      try {
        await run();
      } finally {
        running.delete(job);
      }
      return true;
    },
    async probe() {},
  };
};
