/**
 * Medians of what one authentication costs here: reservation, consumption, payload read and deletion, upload of one
 * circuit. Against a durable embedded PostgreSQL and the file object store, filled with circuits of many devices.
 *
 * `node services/circuit-storage/bench/hot-path.ts [devices]` after a build.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex } from '@openrecognize/bytes';
import { createLogger } from '@openrecognize/service-kit';
import { startEmbeddedPostgres } from '@openrecognize/service-kit/embedded-postgres';
import { openDatabase, plannedOnce } from '@openrecognize/service-kit/postgres';
import { createFileObjectStore } from '../src/adapters/file-object-store.ts';
import { createPostgresCircuitMetadataStore } from '../src/adapters/postgres/postgres-circuit-metadata-store.ts';
import { objectKeyOf } from '../src/circuit-ref.ts';
import { randomUuid } from '../src/random-uuid.ts';

const DEVICES = Number(process.argv[2] ?? 2000);
const CIRCUITS_PER_DEVICE = 50;
const ROUNDS = 2000;
const PAYLOAD_BYTES = 65_568;

const folder = await mkdtemp(join(tmpdir(), 'circuit-storage-bench-'));
await chmod(folder, 0o755);
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), port: 0, password: 'bench' });
const log = createLogger({ service: 'bench', level: 'error' });
const database = await openDatabase({
  url: postgres.url(),
  sessionSettings: plannedOnce,
  schema: 'circuit_storage',
  applicationName: 'bench',
  log,
  migrationsFolder: new URL('../migrations/', import.meta.url),
});
const store = createPostgresCircuitMetadataStore(database);

const newCircuit = (circuitIndex: number) => ({
  circuitIndex,
  payloadSha256: randomBytes(32),
  payloadBytes: PAYLOAD_BYTES,
  objectId: randomBytes(8),
});
const upload = (device: { userId: string; deviceId: string }, from: number, count: number) =>
  store.storeCircuits(
    device,
    Array.from({ length: count }, (_, offset) => newCircuit(from + offset)),
    { maxUnfinished: 100, nowMs: Date.now() },
  );

const report = (name: string, timesMs: readonly number[]): void => {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(3);
  console.log(`${name.padEnd(34)} median ${at(0.5)} ms   p95 ${at(0.95)} ms   max ${at(1)} ms`);
};
const timed = async <T>(times: number[], work: () => Promise<T>): Promise<T> => {
  const startMs = performance.now();
  const result = await work();
  times.push(performance.now() - startMs);
  return result;
};

const devices = Array.from({ length: DEVICES }, () => ({
  userId: bytesToHex(randomBytes(32), { upper: true }),
  deviceId: bytesToHex(randomBytes(16), { upper: true }),
  nextIndex: 0,
}));
for (const device of devices) await upload(device, 0, CIRCUITS_PER_DEVICE);
console.log(`${DEVICES} devices of ${CIRCUITS_PER_DEVICE} circuits`);

const authenticate = async (device: (typeof devices)[number], times: Record<string, number[]>) => {
  const nowMs = Date.now();
  const reservation = await timed(times['reserve']!, () =>
    store.reserve({
      device,
      nextIndex: device.nextIndex,
      requestNonce: randomBytes(16),
      authenticationId: randomUuid(randomBytes),
      serverNonce: randomBytes(32),
      nowMs,
      leaseExpiresAtMs: nowMs + 60_000,
    }),
  );
  if (reservation.outcome !== 'reserved') throw new Error(reservation.outcome);
  const { circuitIndex } = reservation;
  const consumed = await timed(times['consume']!, () => store.consume({ ...device, ...reservation, nowMs }));
  if (consumed.outcome !== 'consumed') throw new Error(consumed.outcome);
  device.nextIndex = circuitIndex + 1;
  await timed(times['mark payload deleted']!, () => store.markPayloadsDeleted([{ ...device, circuitIndex }]));
  await timed(times['store one row']!, () => upload(device, consumed.nextFreeIndex, 1));
};
const newTimes = () => ({
  reserve: [],
  consume: [],
  'mark payload deleted': [],
  'store one row': [],
});
const pick = () => devices[Math.floor(Math.random() * devices.length)]!;

const alone: Record<string, number[]> = newTimes();
for (let round = 0; round < ROUNDS; round++) await authenticate(pick(), alone);
for (const [name, times] of Object.entries(alone)) report(name, times.slice(100));

const crowded: Record<string, number[]> = newTimes();
await Promise.all(
  Array.from({ length: 8 }, async (_, worker) => {
    for (let round = 0; round < ROUNDS / 8; round++) {
      const mine = devices.filter((_, index) => index % 8 === worker);
      await authenticate(mine[Math.floor(Math.random() * mine.length)]!, crowded);
    }
  }),
);
for (const [name, times] of Object.entries(crowded)) report(`${name}, 8 at a time`, times.slice(100));

for (const fsync of [false, true]) {
  const objects = await createFileObjectStore({ directory: join(folder, `objects-${fsync}`), fsync });
  const payload = randomBytes(PAYLOAD_BYTES);
  const times = { put: [], get: [], delete: [] } as Record<'put' | 'get' | 'delete', number[]>;
  for (let round = 0; round < 300; round++) {
    const key = objectKeyOf({ ...pick(), ...newCircuit(round) });
    await timed(times.put, () => objects.put(key, payload));
    await timed(times.get, () => objects.get(key));
    await timed(times.delete, () => objects.delete(key));
  }
  for (const [name, list] of Object.entries(times)) report(`object ${name}, fsync ${fsync}`, list);
}

await database.close();
await postgres.stop();
await rm(folder, { recursive: true });
