/**
 * What an authentication and a stored user cost each part, and whether an authentication costs more the more users are
 * stored. Prints the tables of docs/scaling.md.
 *
 *   node e2e/bench/capacity.ts [--stored 1000,100000,1000000] [--circuits 5] [--auths 60]
 *
 * `--stored`: users that the database holds in each round; all but ten are copies of one that was enrolled, with rows of
 * every table an authentication reads. `--circuits`: circuits of each copy.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectSyntheticUsers, type SyntheticUser } from '@openrecognize/synthetic-users';
import pg from 'pg';
import { startTestStack, type TestStack } from '../dist/index.js';

const { values } = parseArgs({
  options: {
    stored: { type: 'string', default: '1000,100000,1000000' },
    circuits: { type: 'string', default: '5' },
    auths: { type: 'string', default: '60' },
  },
});
const rounds = values.stored.split(',').map(Number);
const circuitsPerCopy = Number(values.circuits);
const authsPerUser = Number(values.auths);

const ACTIVE_USERS = 10;
const CONCURRENCY = 8;
const SAMPLE_USERS = 100;
const DEVICE_CIRCUITS = 25;
const MEBIBYTE = 1024 * 1024;
const TICKS_PER_SECOND = 100;
const processes = ['node-persistence', 'circuit-storage', 'auth-vault', 'core-daemon'] as const;

const cpuMsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
};
/** The server and its backends that are there now; backends stay connected over a round. */
const databasePids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
      } catch {
        return false;
      }
    })
    .map(Number);

const cpuOf = (stack: TestStack): Readonly<Record<string, number>> => {
  const own = process.cpuUsage();
  return {
    ...Object.fromEntries(processes.map((name) => [name, cpuMsOf(stack.service(name).pid!)])),
    PostgreSQL: databasePids().reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    'load generator': (own.user + own.system) / 1_000,
  };
};

const folderBytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** Multiplies the rows of one enrolled user: `from` exclusive to `to` inclusive, ids from a hash of the number. */
const copyUsers = (from: number, to: number, circuits: number): readonly string[] => {
  const series = `generate_series(${from + 1}, ${to}) AS n`;
  const userId = `sha256(('user ' || n)::bytea)`;
  const deviceId = `substring(sha256(('device ' || n)::bytea) FOR 16)`;
  const model = (table: string) => `(SELECT * FROM ${table} WHERE user_id = $1 LIMIT 1) AS m`;
  return [
    `INSERT INTO node_persistence.users (user_id, tenant_id, created_at_ms)
       SELECT ${userId}, m.tenant_id, m.created_at_ms FROM ${series}, ${model('node_persistence.users')}`,
    `INSERT INTO node_persistence.devices (user_id, device_id, tenant_id, public_signing_key, device_type, device_origin,
         artifact_family, artifact_version, code_bits, threshold, epoch, sealed_template, created_at_ms)
       SELECT ${userId}, ${deviceId}, m.tenant_id, m.public_signing_key, m.device_type, m.device_origin, m.artifact_family,
              m.artifact_version, m.code_bits, m.threshold, m.epoch, m.sealed_template, m.created_at_ms
         FROM ${series}, ${model('node_persistence.devices')}`,
    `INSERT INTO node_persistence.lockouts (user_id) SELECT ${userId} FROM ${series} WHERE $1::bytea IS NOT NULL`,
    `INSERT INTO node_persistence.authentications (user_id, device_id, created_at_ms, result)
       SELECT ${userId}, ${deviceId}, m.created_at_ms, 'match' FROM ${series}, ${model('node_persistence.users')}`,
    `INSERT INTO node_persistence.match_tokens (user_id, device_id, circuit_index, token_hash)
       SELECT ${userId}, ${deviceId}, i, sha256((n || '/' || i)::bytea)
         FROM ${series}, generate_series(0, ${circuits - 1}) AS i WHERE $1::bytea IS NOT NULL`,
    `WITH added AS (
       INSERT INTO circuit_storage.devices (user_id, device_id, next_free_index)
         SELECT ${userId}, ${deviceId}, ${circuits} FROM ${series} RETURNING device_no)
     INSERT INTO circuit_storage.circuits (device_no, circuit_index, payload_sha256, object_id, payload_bytes, stored_at_ms)
       SELECT device_no, i, sha256((device_no || '/' || i)::bytea), substring(sha256((i || '/' || device_no)::bytea) FOR 8),
              65536, (extract(epoch FROM now()) * 1000)::bigint
         FROM added, generate_series(0, ${circuits - 1}) AS i WHERE $1::bytea IS NOT NULL`,
  ];
};

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

const runRound = async (users: readonly SyntheticUser[]) => {
  const userAuthMs: number[] = [];
  const deviceAuthMs: number[] = [];
  const waiting = [...users];
  const worker = async (): Promise<void> => {
    for (let user = waiting.shift(); user; user = waiting.shift()) {
      for (let i = 0; i < authsPerUser; i++) {
        const { timings } = await user.authenticate({ transactionData: '{"amount":"1.00"}' });
        userAuthMs.push(timings.userAuthMs);
        deviceAuthMs.push(timings.deviceAuthMs);
      }
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const elapsedMs = performance.now() - startMs;
  const sorted = userAuthMs.toSorted((a, b) => a - b);
  return {
    count: userAuthMs.length,
    perSecond: (userAuthMs.length / elapsedMs) * 1_000,
    median: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    deviceMedian: percentile(
      deviceAuthMs.toSorted((a, b) => a - b),
      0.5,
    ),
  };
};

const stack = await startTestStack();
const users = connectSyntheticUsers(stack.tenant);
const database = new pg.Client({ connectionString: stack.postgres.url });
await database.connect();
const read = async (sql: string): Promise<Readonly<Record<string, string>>> =>
  (await database.query(sql)).rows[0];
const sizes = async (): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await database.query<{ name: string; bytes: string }>(
    `SELECT schemaname || '.' || relname AS name, pg_total_relation_size(relid) AS bytes FROM pg_stat_user_tables`,
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
};
try {
  console.log(`${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}\n`);
  const active: SyntheticUser[] = [];
  for (let i = 0; i < ACTIVE_USERS; i++) active.push(await users.enroll());
  await runRound(active);

  console.log('Cost of one authentication, refill included');
  await database.query('CHECKPOINT');
  const walBefore = await read('SELECT pg_current_wal_lsn() AS lsn');
  const statsBefore = await read(
    'SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()',
  );
  const cpuBefore = cpuOf(stack);
  const { count } = await runRound(active);
  const cpuAfter = cpuOf(stack);
  const wal = await read(`SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '${walBefore['lsn']}') AS bytes`);
  const statsAfter = await read(
    'SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()',
  );
  for (const [name, before] of Object.entries(cpuBefore))
    console.log(`| ${name} | ${(((cpuAfter[name] ?? 0) - before) / count).toFixed(2)} ms CPU |`);
  console.log(`| write-ahead log | ${(Number(wal['bytes']) / count / 1024).toFixed(1)} KiB |`);
  const commits = Number(statsAfter['xact_commit']) - Number(statsBefore['xact_commit']);
  console.log(`| transactions | ${(commits / count).toFixed(1)} |`);

  console.log(`\nCost of one stored user with ${DEVICE_CIRCUITS} circuits`);
  await database.query('VACUUM FULL');
  const before = await sizes();
  const objectsFolder = join(stack.dataDir, 'objects');
  const objectsBefore = folderBytes(objectsFolder);
  for (let i = 0; i < SAMPLE_USERS; i++) await users.enroll({ circuitCount: DEVICE_CIRCUITS });
  await database.query('VACUUM FULL');
  let rowBytes = 0;
  for (const [name, bytes] of await sizes()) {
    const grown = (bytes - (before.get(name) ?? 0)) / SAMPLE_USERS;
    rowBytes += grown;
    if (grown >= 1) console.log(`| ${name} | ${grown.toFixed(0)} B |`);
  }
  console.log(`| all tables | ${rowBytes.toFixed(0)} B |`);
  const objectBytes = (folderBytes(objectsFolder) - objectsBefore) / SAMPLE_USERS;
  console.log(
    `| payload objects | ${(objectBytes / MEBIBYTE).toFixed(2)} MiB in ${DEVICE_CIRCUITS} objects |`,
  );

  console.log(
    `\nAuthentication with that many users stored (${circuitsPerCopy} circuits each), concurrency ${CONCURRENCY}`,
  );
  console.log('| stored users | database | user auth median | P95 | device auth median | a second |');
  const { rows } = await database.query<{ id: Buffer }>(
    'SELECT user_id AS id FROM node_persistence.users LIMIT 1',
  );
  const model = rows[0]!.id;
  let stored = 0;
  for (const wanted of rounds) {
    for (const sql of copyUsers(stored, wanted, circuitsPerCopy)) await database.query(sql, [model]);
    stored = wanted;
    await database.query('VACUUM ANALYZE');
    await database.query('CHECKPOINT');
    await runRound(active);
    const { median, p95, deviceMedian, perSecond } = await runRound(active);
    const size = await read('SELECT pg_database_size(current_database()) AS bytes');
    console.log(
      `| ${stored} | ${(Number(size['bytes']) / MEBIBYTE).toFixed(0)} MiB | ${median.toFixed(1)} ms | ${p95.toFixed(1)} ms | ` +
        `${deviceMedian.toFixed(1)} ms | ${perSecond.toFixed(1)} |`,
    );
  }
} finally {
  await database.end();
  await users.close();
  await stack.dispose();
}
