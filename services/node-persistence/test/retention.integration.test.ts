import { randomBytes, randomUUID } from 'node:crypto';
import { createLogger, type Service } from '@openrecognize/service-kit';
import { type Database, openDatabase } from '@openrecognize/service-kit/postgres';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createPostgresPersistenceStore } from '../src/adapters/postgres/postgres-persistence-store.ts';
import { createNodePersistence } from '../src/index.ts';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import { DATABASE_SCHEMA } from '../src/server.ts';
import { ATTEMPT_TTL_MS, createTenant, enrollDevice, newEnrollment, START_MS } from './fixtures.ts';
import { testConfig } from './service-fixture.ts';

const DAY_MS = 86_400_000;
const testDatabase = useTestDatabase();
let clock = START_MS;
let service: Service;
let database: Database;
let store: PersistenceStore;
let client: pg.Client;

beforeAll(async () => {
  const config = { ...testConfig(testDatabase.url), jobIntervalSeconds: 1 };
  service = await createNodePersistence(config, { nowMs: () => clock, logging: { level: 'silent' } });
  database = await openDatabase({
    url: testDatabase.url,
    schema: DATABASE_SCHEMA,
    applicationName: 'retention',
    log: createLogger({ service: 'retention', level: 'silent' }),
  });
  store = createPostgresPersistenceStore(database);
  client = new pg.Client({ connectionString: testDatabase.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.close();
  await service?.close(0);
});

const rowsIn = async (table: string): Promise<number> => {
  const { rows } = await client.query(`SELECT count(*)::int AS rows FROM node_persistence.${table}`);
  return rows[0].rows;
};
const TABLES = ['attempts', 'authentications', 'enrollments', 'match_tokens', 'used_tokens'] as const;
const contents = async () =>
  Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await rowsIn(table)] as const)));
/** Two runs of the clean-up, which comes once a second. */
const afterRuns = () => new Promise((resolve) => setTimeout(resolve, 2500));
const SOON = { timeout: 15_000, interval: 100 };

it('the clean-up removes by itself what has outlived its use, each kind at its time', {
  timeout: 60_000,
}, async () => {
  const device = await enrollDevice(store, await createTenant(store));
  const attemptId = randomUUID();
  await store.startAttempt(device, attemptId, START_MS, ATTEMPT_TTL_MS);
  await store.finishAttempt(attemptId, 'match', undefined, START_MS, ATTEMPT_TTL_MS);
  const { userId, deviceId } = device;
  await store.putMatchTokens(userId, deviceId, [{ circuitIndex: 0, tokenHash: randomBytes(32) }]);
  await store.takeMatchToken(userId, deviceId, 0, START_MS);
  await store.useTokenOnce(randomBytes(32), START_MS + 1000);
  await store.openEnrollment(newEnrollment(device.tenantId), START_MS);
  const all = { attempts: 1, authentications: 1, enrollments: 2, match_tokens: 1, used_tokens: 1 };
  await afterRuns();
  expect(await contents()).toEqual(all);

  clock = START_MS + 1000;
  await vi.waitFor(async () => expect(await contents()).toEqual({ ...all, used_tokens: 0 }), SOON);
  // An enrollment of 600 s and its grace of 600 s.
  clock = START_MS + 1_200_000;
  const withoutOpen = { ...all, used_tokens: 0, enrollments: 1 };
  await vi.waitFor(async () => expect(await contents()).toEqual(withoutOpen), SOON);
  clock = START_MS + 3_600_000;
  const withoutTokens = { ...withoutOpen, match_tokens: 0 };
  await vi.waitFor(async () => expect(await contents()).toEqual(withoutTokens), SOON);
  clock = START_MS + DAY_MS;
  await vi.waitFor(async () => expect(await contents()).toEqual({ ...withoutTokens, attempts: 0 }), SOON);
  clock = START_MS + 30 * DAY_MS - 1;
  await afterRuns();
  expect(await rowsIn('authentications')).toBe(1);
  clock = START_MS + 30 * DAY_MS;
  await vi.waitFor(
    async () => expect(Object.values(await contents()).reduce((sum, rows) => sum + rows, 0)).toBe(0),
    SOON,
  );
});
