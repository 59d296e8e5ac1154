import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Service } from '@openrecognize/service-kit';
import { breakingStatements, runMigrations } from '@openrecognize/service-kit/postgres';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_SCHEMA, MIGRATIONS_FOLDER } from '../src/server.ts';
import { call, startTestService } from './service-fixture.ts';

/** The last migration of the version before this one. */
const LAST_OF_VERSION_BEFORE = 8;
const NOW_MS = 1_750_000_000_000;

it('migrations are additive, one and all', async () => {
  const folder = fileURLToPath(MIGRATIONS_FOLDER);
  for (const name of await readdir(folder)) {
    expect(breakingStatements(await readFile(join(folder, name), 'utf8')), name).toEqual([]);
  }
});

describe('the version before this one', () => {
  const database = useTestDatabase();
  let older: pg.Client;
  let services: readonly Service[] = [];
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'older-migrations-'));
    await cp(fileURLToPath(MIGRATIONS_FOLDER), folder, {
      recursive: true,
      filter: (source) => {
        const number = Number(/(\d{3})-[^/]*\.sql$/.exec(source)?.[1] ?? 0);
        return number <= LAST_OF_VERSION_BEFORE;
      },
    });
    const { applied } = await runMigrations({ url: database.url, schema: DATABASE_SCHEMA, folder });
    expect(applied).toHaveLength(LAST_OF_VERSION_BEFORE);
    await rm(folder, { recursive: true });
    older = new pg.Client({ connectionString: database.url });
    await older.connect();
  });
  afterAll(async () => {
    await older?.end();
    for (const service of services) await service.close(0);
  });

  const rowOf = async (text: string, ...values: unknown[]) => (await older.query(text, values)).rows[0];

  /** A device enrolled by the statements of that version. */
  const enroll = async (tenantId: number) => {
    const [userId, key, enrollmentId] = [randomBytes(32), randomBytes(91), randomUUID()];
    const deviceId = createHash('sha256').update(key).digest().subarray(0, 16);
    await older.query(
      `INSERT INTO node_persistence.enrollments (state, enrollment_id, tenant_id, user_id, device_id,
         public_signing_key, device_type, device_origin, artifact_family, artifact_version, code_bits, threshold,
         epoch, sealed_template, expires_at_ms, awaits_commit)
       VALUES ('open', $1, $2, $3, $4, $5, 'SDK', 'IOS', 'f', '1', 2048, 744, 0, '\\x01', $6, false)`,
      [enrollmentId, tenantId, userId, deviceId, key, NOW_MS + 600_000],
    );
    const committed = await rowOf(
      'SELECT node_persistence.commit_enrollment($1, $2, $3) AS outcome',
      enrollmentId,
      tenantId,
      NOW_MS,
    );
    expect(committed.outcome).toBe('committed');
    return { userId, deviceId };
  };

  /** A whole authentication by the statements of that version. */
  const authenticate = async (
    tenantId: number,
    device: Awaited<ReturnType<typeof enroll>>,
    index: number,
  ) => {
    const { userId, deviceId } = device;
    const [attemptId, token] = [randomUUID(), randomBytes(32)];
    const put = await rowOf(
      'SELECT node_persistence.put_match_tokens($1, $2, $3::bigint[], $4::bytea[]) AS outcome',
      userId,
      deviceId,
      [index],
      [token],
    );
    expect(put.outcome).toBe('stored');
    const started = await rowOf(
      'SELECT * FROM node_persistence.start_attempt($1, $2, $3, $4, $5, $6)',
      tenantId,
      userId,
      deviceId,
      attemptId,
      NOW_MS,
      30_000,
    );
    expect(started.out_outcome).toBe('started');
    const taken = await rowOf(
      `UPDATE node_persistence.match_tokens m SET token_hash = NULL, taken_at_ms = $4
         FROM (SELECT token_hash FROM node_persistence.match_tokens
                WHERE user_id = $1 AND device_id = $2 AND circuit_index = $3 AND token_hash IS NOT NULL
                  FOR UPDATE) AS taken
        WHERE m.user_id = $1 AND m.device_id = $2 AND m.circuit_index = $3
       RETURNING taken.token_hash`,
      userId,
      deviceId,
      index,
      NOW_MS,
    );
    expect(taken.token_hash).toEqual(token);
    const finished = await rowOf(
      'SELECT * FROM node_persistence.finish_attempt($1, $2, $3, $4, $5, $6, $7)',
      attemptId,
      'match',
      null,
      null,
      null,
      NOW_MS,
      30_000,
    );
    expect(finished.out_outcome).toBe('finished');
  };

  it('goes on authenticating, enrolling and purging once two of this one have migrated at the same moment', async () => {
    const { tenant_id: tenantId } = await rowOf(
      `INSERT INTO node_persistence.tenants (customer, lockout_failures, lockout_window_seconds,
         lockout_suspension_seconds, created_at_ms) VALUES ('older', 5, 600, 600, $1) RETURNING tenant_id`,
      NOW_MS,
    );
    const before = await enroll(tenantId);
    await authenticate(tenantId, before, 0);

    services = await Promise.all([1, 2].map(() => startTestService(database.url, () => NOW_MS)));
    const files = await readdir(fileURLToPath(MIGRATIONS_FOLDER));
    const applied = await rowOf('SELECT count(*)::int AS files FROM node_persistence.schema_migrations');
    expect(applied.files).toBe(files.length);

    await authenticate(tenantId, before, 1);
    const after = await enroll(tenantId);
    await authenticate(tenantId, after, 0);
    await older.query(
      'INSERT INTO node_persistence.circuit_purges (user_id, device_id, created_at_ms) VALUES ($1, $2, $3)',
      [after.userId, after.deviceId, NOW_MS],
    );
    // What it wrote is served by both of the newer ones.
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
    for (const service of services) {
      for (const { userId, deviceId } of [before, after]) {
        const body = { tenantId, userId: hex(userId), deviceId: hex(deviceId) };
        expect((await call(service, 'POST', '/internal/v1/devices/check', body)).status).toBe(200);
      }
      const purges = await call(service, 'GET', '/internal/v1/circuit-purges');
      expect(purges.body.purges).toEqual([{ userId: hex(after.userId), deviceId: hex(after.deviceId) }]);
    }
  });
});
