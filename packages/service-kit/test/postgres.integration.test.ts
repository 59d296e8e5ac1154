import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPostgres, type TestPostgres } from '@openrecognize/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../src/logging/logger.ts';
import {
  type Database,
  type DatabaseOptions,
  isUniqueViolation,
  openDatabase,
  runMigrations,
  statement,
} from '../src/postgres/index.ts';
import { createServiceMetrics } from '../src/service-metrics.ts';

let postgres: TestPostgres;
let url: string;
const folders: string[] = [];
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres.stop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

const lines: string[] = [];
const log = createLogger({ service: 'test', stream: { write: (line) => lines.push(line) } });

const migrationsFolder = async (files: Record<string, string>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-migrations-'));
  folders.push(folder);
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
};

const COUNTERS = 'CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL DEFAULT 0);';

const open = async (options: Partial<DatabaseOptions> = {}): Promise<Database> => {
  const database = await openDatabase({
    url: options.url ?? (await postgres.createDatabase()),
    schema: 'sample',
    applicationName: 'sample-service',
    log,
    migrationsFolder: await migrationsFolder({ '001-counters.sql': COUNTERS }),
    ...options,
  });
  opened.push(database);
  return database;
};

const insert = statement<never, [name: string, value: number]>(
  'insert-counter',
  'INSERT INTO counters (name, value) VALUES ($1, $2)',
);
const find = statement<{ name: string; value: number }, [name: string]>(
  'find-counter',
  'SELECT name, value FROM counters WHERE name = $1',
);
const all = statement<{ name: string; value: number }, []>(
  'all-counters',
  'SELECT name, value FROM counters',
);
const bump = statement<never, [name: string, by: number]>(
  'bump-counter',
  'UPDATE counters SET value = value + $2 WHERE name = $1',
);
const set = statement<never, [name: string, value: number]>(
  'set-counter',
  'UPDATE counters SET value = $2 WHERE name = $1',
);
const prepared = statement<{ name: string }, []>('prepared', 'SELECT name FROM pg_prepared_statements');
const sleep = statement<object, [seconds: number]>('sleep', 'SELECT pg_sleep($1)');
const ownPid = statement<{ pid: number }, []>('own-pid', 'SELECT pg_backend_pid() AS pid');
const settings = statement<{ application: string; path: string; timeout: string }, []>(
  'settings',
  `SELECT current_setting('application_name') AS application, current_setting('search_path') AS path,
     current_setting('statement_timeout') AS timeout`,
);

describe('statements', () => {
  it('read and write rows of the service schema, bigint as number', async () => {
    const database = await open();
    expect(await database.execute(insert, 'a', 9_007_199_254_740_991)).toBe(1);
    expect(await database.row(find, 'a')).toEqual({ name: 'a', value: 9_007_199_254_740_991 });
    expect(await database.row(find, 'b')).toBeUndefined();
    expect(await database.execute(bump, 'b', 1)).toBe(0);
    expect(await database.row(settings)).toEqual({
      application: 'sample-service',
      path: 'sample',
      timeout: '5s',
    });
  });

  it('are prepared once per connection', async () => {
    const database = await open({ maxConnections: 1 });
    for (let i = 0; i < 3; i++) await database.row(find, 'a');
    const names = (await database.rows(prepared)).map(({ name }) => name);
    expect(names.filter((name) => name === 'find-counter')).toHaveLength(1);
  });

  it('keep one name for one text', () => {
    expect(() => statement('find-counter', 'SELECT 2')).toThrow(/find-counter/);
    expect(() => statement('Find', 'SELECT 2')).toThrow(/kebab-case/);
  });

  it('refuse a second row where one was asked for', async () => {
    const database = await open();
    await database.execute(insert, 'a', 1);
    await database.execute(insert, 'b', 1);
    await expect(database.row(all)).rejects.toThrow(/all-counters yielded 2 rows/);
  });

  it('leave the connection in the pool when a constraint refuses them', async () => {
    const database = await open({ maxConnections: 1 });
    await database.execute(insert, 'a', 1);
    const before = await database.row(ownPid);
    const error = await database.execute(insert, 'a', 1).catch((caught: unknown) => caught);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'counters_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'other')).toBe(false);
    expect(await database.row(ownPid)).toEqual(before);
  });

  it('are plannable again after the tables changed under them', async () => {
    const shared = await postgres.createDatabase();
    const database = await open({ url: shared, maxConnections: 1 });
    const star = statement<Record<string, unknown>, []>('star', 'SELECT * FROM counters');
    await database.rows(star);
    await runMigrations({
      url: shared,
      schema: 'sample',
      folder: await migrationsFolder({
        '001-counters.sql': COUNTERS,
        '002-wider.sql': 'ALTER TABLE counters ADD COLUMN extra int',
      }),
    });
    await database.rows(star).catch(() => {});
    expect(await database.rows(star)).toEqual([]);
  });
});

describe('transactions', () => {
  it('commit what returns and roll back what throws', async () => {
    const database = await open();
    await database.transaction((transaction) => transaction.execute(insert, 'kept', 1));
    await expect(
      database.transaction(async (transaction) => {
        await transaction.execute(insert, 'lost', 1);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await database.rows(all)).map(({ name }) => name)).toEqual(['kept']);
  });

  it('run again after a serialization failure, so that no increment is lost', async () => {
    const database = await open();
    await database.execute(insert, 'n', 0);
    let runs = 0;
    const increment = () =>
      database.transaction(
        async (transaction) => {
          runs++;
          const row = await transaction.row(find, 'n');
          await new Promise((resolve) => setTimeout(resolve, 5));
          await transaction.execute(set, 'n', row!.value + 1);
        },
        { isolation: 'serializable', maxRetries: 20 },
      );
    await Promise.all([increment(), increment(), increment(), increment()]);
    expect((await database.row(find, 'n'))?.value).toBe(4);
    expect(runs).toBeGreaterThan(4);
  });

  it('run again after a deadlock', async () => {
    const database = await open();
    await database.execute(insert, 'a', 0);
    await database.execute(insert, 'b', 0);
    const transfer = (from: string, to: string) =>
      database.transaction(async (transaction) => {
        await transaction.execute(bump, from, -1);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await transaction.execute(bump, to, 1);
      });
    await Promise.all([transfer('a', 'b'), transfer('b', 'a')]);
    expect((await database.rows(all)).map(({ value }) => value)).toEqual([0, 0]);
  });

  it('give up after the retries allowed', async () => {
    const database = await open();
    let runs = 0;
    const conflict = Object.assign(new Error('conflict'), { code: '40001' });
    await expect(
      database.transaction(
        async () => {
          runs++;
          throw conflict;
        },
        { maxRetries: 2 },
      ),
    ).rejects.toBe(conflict);
    expect(runs).toBe(3);
  });
});

describe('a database in trouble', () => {
  it('fails calls with STORAGE_UNAVAILABLE while it is away and serves them when it is back, unaided', async () => {
    const metrics = createServiceMetrics({ processMetrics: false });
    const database = await open({ connectionTimeoutMs: 500, metrics });
    await database.execute(insert, 'kept', 5);
    const inFlight = database.rows(sleep, 10).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await postgres.pause();
    expect(await inFlight).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
    await expect(database.row(find, 'kept')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await expect(database.probe()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await expect(database.transaction(async () => 1)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await postgres.resume();
    expect(await database.row(find, 'kept')).toMatchObject({ value: 5 });
    await database.probe();
    expect(await metrics.registry.metrics()).toContain(
      'openrecognize_database_connections{pool="sample-service",state="used"} 0',
    );
  });

  it('survives the loss of an idle connection', async () => {
    const database = await open({ maxConnections: 1 });
    const killer = await open();
    const { pid } = (await database.row(ownPid))!;
    const terminate = statement<object, [pid: number]>('terminate', 'SELECT pg_terminate_backend($1)');
    await killer.rows(terminate, pid);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await database.row(ownPid))?.pid).not.toBe(pid);
  });

  it('ends a statement that runs too long', async () => {
    const database = await open({ statementTimeoutMs: 100 });
    await expect(database.rows(sleep, 10)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('fails calls that wait too long for a free connection', async () => {
    const database = await open({ maxConnections: 1, connectionTimeoutMs: 100 });
    const slow = database.rows(sleep, 0.5);
    await expect(database.row(find, 'a')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await slow;
  });

  it('logs the pool failure and rejects at a start without database', async () => {
    lines.length = 0;
    const closed = 'postgres://user:hidden-password@127.0.0.1:1/db';
    await expect(open({ url: closed, startTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    const failure = JSON.parse(lines.at(-1)!) as { level: string; msg: string };
    expect(failure).toMatchObject({
      level: 'error',
      msg: 'DatabasePool - Exception during pool initialization: ECONNREFUSED',
    });
    expect(lines.join('')).not.toContain('hidden-password');
  });

  it('does not wait at a start with a wrong password', async () => {
    const wrong = postgres.url.replace(':test@', ':wrong@');
    const before = Date.now();
    await expect(open({ url: wrong, startTimeoutMs: 20_000 })).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    expect(Date.now() - before).toBeLessThan(5000);
  });

  it('waits at a start for a database that comes up', async () => {
    url = await postgres.createDatabase();
    await postgres.pause();
    const opening = open({ url, startTimeoutMs: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await postgres.resume();
    await (await opening).probe();
  });
});

describe('migrations', () => {
  it('run once, in order, each file in a transaction', async () => {
    const folder = await migrationsFolder({
      '002-second.sql': "INSERT INTO counters VALUES ('two', 2)",
      '001-first.sql': COUNTERS,
    });
    const target = { url: await postgres.createDatabase(), schema: 'one', folder };
    expect((await runMigrations(target)).applied).toEqual(['001-first.sql', '002-second.sql']);
    expect((await runMigrations(target)).applied).toEqual([]);
    // A schema of its own per service: the other one starts empty.
    expect((await runMigrations({ ...target, schema: 'two' })).applied).toHaveLength(2);
  });

  it('run once when several replicas start together', async () => {
    const folder = await migrationsFolder({
      '001-slow.sql': `${COUNTERS} SELECT pg_sleep(0.2); INSERT INTO counters VALUES ('once', 1);`,
    });
    const target = { url: await postgres.createDatabase(), schema: 'shared', folder };
    const reports = await Promise.all([1, 2, 3, 4].map(() => runMigrations(target)));
    expect(reports.flatMap(({ applied }) => applied)).toEqual(['001-slow.sql']);
  });

  it('leave nothing of a file that fails, and go on from there when it is mended', async () => {
    const target = { url: await postgres.createDatabase(), schema: 'sample' };
    const bad = await migrationsFolder({
      '001-first.sql': COUNTERS,
      '002-bad.sql': "INSERT INTO counters VALUES ('x', 1); SELECT nonsense;",
    });
    await expect(runMigrations({ ...target, folder: bad })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
    });
    const good = await migrationsFolder({ '001-first.sql': COUNTERS, '002-bad.sql': 'SELECT 1' });
    expect((await runMigrations({ ...target, folder: good })).applied).toEqual(['002-bad.sql']);
    const database = await open({ url: target.url, migrationsFolder: good });
    expect(await database.rows(all)).toEqual([]);
  });

  it('refuse files that changed, went missing or came late; other line ends are no change', async () => {
    const target = { url: await postgres.createDatabase(), schema: 'sample' };
    const run = async (files: Record<string, string>) =>
      runMigrations({ ...target, folder: await migrationsFolder(files) });
    await run({ '001-a.sql': 'SELECT 1;\n', '003-c.sql': 'SELECT 3;' });
    expect((await run({ '001-a.sql': 'SELECT 1;\r\n', '003-c.sql': 'SELECT 3;' })).applied).toEqual([]);
    await expect(run({ '001-a.sql': 'SELECT 2;', '003-c.sql': 'SELECT 3;' })).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
    });
    await expect(run({ '003-c.sql': 'SELECT 3;' })).rejects.toMatchObject({ code: 'MIGRATION_MISSING' });
    await expect(
      run({ '001-a.sql': 'SELECT 1;\n', '002-b.sql': 'SELECT 2;', '003-c.sql': 'SELECT 3;' }),
    ).rejects.toMatchObject({ code: 'MIGRATION_OUT_OF_ORDER' });
  });

  it('let an older program run beside a newer database', async () => {
    const target = { url: await postgres.createDatabase(), schema: 'sample' };
    await runMigrations({
      ...target,
      folder: await migrationsFolder({ '001-a.sql': 'SELECT 1', '002-b.sql': 'SELECT 2' }),
    });
    const older = await migrationsFolder({ '001-a.sql': 'SELECT 1' });
    expect((await runMigrations({ ...target, folder: older })).applied).toEqual([]);
  });

  it.each([{ 'first.sql': '' }, { '1-first.sql': '' }, { '001-a.sql': '', '001-b.sql': '' }])(
    'refuse the file names of %j',
    async (files) => {
      await expect(
        runMigrations({ url: postgres.url, schema: 'sample', folder: await migrationsFolder(files) }),
      ).rejects.toMatchObject({ code: 'MIGRATION_NAME_INVALID' });
    },
  );
});
