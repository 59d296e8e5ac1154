import { randomBytes, randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@openrecognize/service-kit';
import {
  breakingStatements,
  type Database,
  openDatabase,
  runMigrations,
} from '@openrecognize/service-kit/postgres';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresCircuitMetadataStore } from '../src/adapters/postgres/postgres-circuit-metadata-store.ts';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations/', import.meta.url));
const SCHEMA = 'circuit_storage';
/** The last migration of the version before this one. */
const LAST_OF_VERSION_BEFORE = 2;
const NOW_MS = 1_750_000_000_000;

it('migrations are additive, one and all', async () => {
  for (const name of await readdir(MIGRATIONS_FOLDER)) {
    expect(breakingStatements(await readFile(join(MIGRATIONS_FOLDER, name), 'utf8')), name).toEqual([]);
  }
});

describe('the version before this one', () => {
  const database = useTestDatabase();
  let older: pg.Client;
  let newer: readonly Database[] = [];
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'older-migrations-'));
    await cp(MIGRATIONS_FOLDER, folder, {
      recursive: true,
      filter: (source) => Number(/(\d{3})-[^/]*\.sql$/.exec(source)?.[1] ?? 0) <= LAST_OF_VERSION_BEFORE,
    });
    await runMigrations({ url: database.url, schema: SCHEMA, folder });
    await rm(folder, { recursive: true });
    older = new pg.Client({ connectionString: database.url });
    await older.connect();
  });
  afterAll(async () => {
    await older?.end();
    for (const one of newer) await one.close();
  });

  const [userId, deviceId] = [randomBytes(32), randomBytes(16)];
  const append = async (index: number): Promise<number | null> => {
    const { rows } = await older.query(
      'SELECT circuit_storage.append_circuits($1, $2, $3, $4, $5, $6, $7, $8) AS stock',
      [userId, deviceId, [index], [randomBytes(32)], [randomBytes(8)], [100], 100, NOW_MS],
    );
    return rows[0].stock;
  };
  const consume = async (index: number): Promise<number> => {
    const reservation = [randomBytes(16), randomUUID(), randomBytes(32)];
    await older.query(
      `UPDATE circuit_storage.circuits SET state = 'reserved', request_nonce = $2, authentication_id = $3,
         server_nonce = $4, lease_expires_at_ms = $5 WHERE circuit_index = $1`,
      [index, ...reservation, NOW_MS + 60_000],
    );
    const { rowCount } = await older.query(
      `UPDATE circuit_storage.circuits SET state = 'consumed', finished_at_ms = $3
        WHERE circuit_index = $1 AND authentication_id = $2 AND state = 'reserved'`,
      [index, reservation[1], NOW_MS],
    );
    return rowCount ?? 0;
  };

  it('goes on storing and consuming once two of this one have migrated at the same moment', async () => {
    await older.query('INSERT INTO circuit_storage.devices (user_id, device_id) VALUES ($1, $2)', [
      userId,
      deviceId,
    ]);
    expect(await append(0)).toBe(1);
    const open = (name: string) =>
      openDatabase({
        url: database.url,
        schema: SCHEMA,
        applicationName: name,
        log: createLogger({ service: name, level: 'silent' }),
        migrationsFolder: MIGRATIONS_FOLDER,
      });
    newer = await Promise.all([open('first'), open('second')]);
    expect(await append(1)).toBe(2);
    expect(await append(2)).toBe(3);
    expect(await consume(0)).toBe(1);

    // What it wrote is served by both of the newer ones, and counted.
    const device = {
      userId: userId.toString('hex').toUpperCase(),
      deviceId: deviceId.toString('hex').toUpperCase(),
    };
    for (const one of newer) {
      expect(await createPostgresCircuitMetadataStore(one).stockOf(device, NOW_MS)).toEqual({
        stock: 2,
        nextFreeIndex: 3,
        shared: 3,
        enrollment: 0,
      });
    }
  });
});
