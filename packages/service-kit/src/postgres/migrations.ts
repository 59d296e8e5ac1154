import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Logger } from 'pino';
import { toStorageError } from './storage-error.ts';

export type MigrationErrorCode =
  | 'MIGRATION_NAME_INVALID'
  | 'MIGRATION_CHANGED'
  | 'MIGRATION_MISSING'
  | 'MIGRATION_OUT_OF_ORDER'
  | 'MIGRATION_FAILED';

/** The schema cannot be brought to the state this program needs. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface MigrationOptions {
  readonly url: string;
  /** PostgreSQL schema of the service, made if absent: lower-case letters, digits and `_`. */
  readonly schema: string;
  /** Folder of `NNN-name.sql` files, each run in one transaction with the schema as search path. */
  readonly folder: string | URL;
  readonly log?: Logger;
  /** Longest wait for another replica that migrates; 60 s by default. */
  readonly lockTimeoutMs?: number;
}

export interface MigrationReport {
  /** Names of the files that ran now, in order. */
  readonly applied: readonly string[];
}

interface MigrationFile {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

interface AppliedRow {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

const FILE_NAME = /^(\d{3,6})-[a-z0-9-]+\.sql$/;
const SCHEMA_NAME = /^[a-z][a-z0-9_]{0,62}$/;
const DEFAULT_LOCK_TIMEOUT_MS = 60_000;

const readFiles = async (folder: string | URL): Promise<readonly MigrationFile[]> => {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.sql')).sort();
  const files: MigrationFile[] = [];
  for (const name of names) {
    const number = Number(FILE_NAME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(number)) {
      throw new MigrationError('MIGRATION_NAME_INVALID', `migration ${name} is not named NNN-name.sql`);
    }
    const twin = files.find((file) => file.number === number);
    if (twin !== undefined) {
      throw new MigrationError(
        'MIGRATION_NAME_INVALID',
        `migrations ${twin.name} and ${name} share a number`,
      );
    }
    // A checkout may have rewritten line ends; that is no change.
    const sql = (await readFile(join(path, name), 'utf8')).replaceAll('\r\n', '\n');
    files.push({ number, name, sql, sha256: createHash('sha256').update(sql).digest('hex') });
  }
  return files.sort((a, b) => a.number - b.number);
};

/** The files still to run, after a check that the earlier ones are those that ran. */
const pendingFiles = (
  files: readonly MigrationFile[],
  applied: readonly AppliedRow[],
  log: Logger | undefined,
): readonly MigrationFile[] => {
  const newestFile = files.at(-1)?.number ?? 0;
  const newestApplied = Math.max(0, ...applied.map(({ number }) => number));
  for (const row of applied) {
    const file = files.find(({ number }) => number === row.number);
    if (file !== undefined && file.sha256 !== row.sha256) {
      throw new MigrationError('MIGRATION_CHANGED', `migration ${file.name} was changed after it had run`);
    }
    if (file === undefined && row.number <= newestFile) {
      throw new MigrationError('MIGRATION_MISSING', `migration ${row.name} ran on this database and is gone`);
    }
  }
  // An older replica beside a newer one, as in a rolling update.
  if (newestApplied > newestFile)
    log?.warn({ newestApplied, newestFile }, 'the database is newer than this program');
  const pending = files.filter(({ number }) => !applied.some((row) => row.number === number));
  const late = pending.find(({ number }) => number < newestApplied);
  if (late !== undefined) {
    throw new MigrationError(
      'MIGRATION_OUT_OF_ORDER',
      `migration ${late.name} comes before one that has run`,
    );
  }
  return pending;
};

const runFile = async (client: pg.Client, schema: string, file: MigrationFile): Promise<void> => {
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL search_path TO "${schema}"`);
    await client.query(file.sql);
    await client.query(
      `INSERT INTO "${schema}".schema_migrations (number, name, sha256) VALUES ($1, $2, $3)`,
      [file.number, file.name, file.sha256],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const mapped = toStorageError(error);
    if (mapped !== error) throw mapped;
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new MigrationError('MIGRATION_FAILED', `migration ${file.name} failed: ${reason}`, error);
  }
};

/** One lock per schema, out of the way of locks that statements take. */
const lockKeyOf = (schema: string): string =>
  createHash('sha256').update(`openrecognize migrations ${schema}`).digest().readBigInt64BE().toString();

/**
 * Brings the schema forward to the newest file. Replicas that start together take turns: the first migrates, the
 * others find nothing left to do. There is no way back: undo with a further file.
 *
 * @throws MigrationError; RecognizeError STORAGE_UNAVAILABLE
 */
export const runMigrations = async (options: MigrationOptions): Promise<MigrationReport> => {
  const { schema, log } = options;
  if (!SCHEMA_NAME.test(schema)) throw new RangeError('a schema name is lower-case letters, digits and _');
  const files = await readFiles(options.folder);
  const client = new pg.Client({ connectionString: options.url, application_name: `${schema}-migrations` });
  // A connection that breaks between two statements makes the next one fail; the event alone must not end us.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`SET lock_timeout = ${options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS}`);
    await client.query('SELECT pg_advisory_lock($1)', [lockKeyOf(schema)]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS "${schema}".schema_migrations (
         number integer PRIMARY KEY,
         name text NOT NULL,
         sha256 text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now()
       )`,
    );
    const { rows } = await client.query<AppliedRow>(
      `SELECT number, name, sha256 FROM "${schema}".schema_migrations ORDER BY number`,
    );
    const pending = pendingFiles(files, rows, log);
    for (const file of pending) {
      await runFile(client, schema, file);
      log?.info({ schema, migration: file.name }, 'migration applied');
    }
    return { applied: pending.map(({ name }) => name) };
  } catch (error) {
    throw toStorageError(error);
  } finally {
    // Ends the session and with it the lock.
    await client.end().catch(() => {});
  }
};
