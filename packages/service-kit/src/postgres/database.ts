import { logMessage, RecognizeError } from '@openrecognize/contracts';
import pg from 'pg';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '../service-metrics.ts';
import { traceStatement } from '../tracing/trace-statement.ts';
import { type ObserveStatement, observePool } from './database-metrics.ts';
import { runMigrations } from './migrations.ts';
import { withSessionSettings } from './session-settings.ts';
import type { NamedText, Statement } from './statement.ts';
import { isConnectionSpoiled, isStorageFailure, toStorageError } from './storage-error.ts';
import { retryOnConflict, type TransactionOptions } from './transaction.ts';

/** Runs statements; the same on the pool and inside a transaction. */
export interface Queryable {
  /** All rows. @throws RecognizeError STORAGE_UNAVAILABLE; other errors of PostgreSQL as they are */
  rows<Row extends object, Values extends readonly unknown[]>(
    statement: Statement<Row, Values>,
    ...values: Values
  ): Promise<readonly Row[]>;
  /** The only row, or undefined; a second one is an error of the statement. */
  row<Row extends object, Values extends readonly unknown[]>(
    statement: Statement<Row, Values>,
    ...values: Values
  ): Promise<Row | undefined>;
  /** Number of rows written. */
  execute<Values extends readonly unknown[]>(
    statement: Statement<object, Values>,
    ...values: Values
  ): Promise<number>;
}

export interface Database extends Queryable {
  /**
   * Runs `work` on one connection between BEGIN and COMMIT; a thrown error rolls back. Serialization failures and
   * deadlocks run it again, so it must touch nothing but the database.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Readiness probe: rejects while the database does not answer. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** PostgreSQL schema of the service; its search path. */
  readonly schema: string;
  /** PostgreSQL settings of every connection beside the search path; see `plannedOnce`. */
  readonly sessionSettings?: Readonly<Record<string, string>>;
  /** Shows up in `pg_stat_activity` and as label of the metrics. */
  readonly applicationName: string;
  readonly log: Logger;
  readonly metrics?: ServiceMetrics;
  /** Folder of `NNN-name.sql` files to run first. */
  readonly migrationsFolder?: string | URL;
  /** 4 by default. */
  readonly maxConnections?: number;
  /** 5000 by default. */
  readonly statementTimeoutMs?: number;
  /** 3000 by default. */
  readonly connectionTimeoutMs?: number;
  /** How long the start waits for a database that does not answer yet; 10 s by default. */
  readonly startTimeoutMs?: number;
}

const DEFAULTS = {
  maxConnections: 4,
  statementTimeoutMs: 5000,
  connectionTimeoutMs: 3000,
  startTimeoutMs: 10_000,
};
/** On top of the server's own limit, for a server that is gone without a word. */
const CLIENT_TIMEOUT_MARGIN_MS = 2000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
const MAX_CONNECTION_AGE_SECONDS = 1800;
const START_RETRY_INTERVAL_MS = 250;

const INT8_OID = 20;

/** `bigint` columns as numbers: all of ours (milliseconds, counts) are far below 2^53. */
const parseInt8 = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint column exceeds 2^53');
  return value;
};

const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? parseInt8
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

const createPool = (options: DatabaseOptions): pg.Pool => {
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULTS.statementTimeoutMs;
  const pool = new pg.Pool({
    connectionString: withSessionSettings(options.url, {
      search_path: options.schema,
      ...options.sessionSettings,
    }),
    application_name: options.applicationName,
    max: options.maxConnections ?? DEFAULTS.maxConnections,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? DEFAULTS.connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + CLIENT_TIMEOUT_MARGIN_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    idleTimeoutMillis: 0,
    maxLifetimeSeconds: MAX_CONNECTION_AGE_SECONDS,
    keepAlive: true,
    types: typeParsers,
  });
  // An idle connection broke, as all do when the server restarts: the pool drops it and makes a new one on demand.
  pool.on('error', (error) => options.log.warn({ err: error }, 'database connection lost'));
  return pool;
};

type Run = (statement: NamedText, values: readonly unknown[]) => Promise<pg.QueryResult>;

const queryableOver = (run: Run): Queryable => ({
  async rows(statement, ...values) {
    return (await run(statement, values)).rows;
  },
  async row(statement, ...values) {
    const { rows } = await run(statement, values);
    if (rows.length > 1) throw new Error(`statement ${statement.name} yielded ${rows.length} rows, not one`);
    return rows[0];
  },
  async execute(statement, ...values) {
    return (await run(statement, values)).rowCount ?? 0;
  },
});

const runOn =
  (client: pg.PoolClient, observe: ObserveStatement): Run =>
  async ({ name, text }, values) => {
    const start = performance.now();
    let failed = true;
    try {
      const result = await client.query({ name, text, values: [...values] });
      failed = false;
      return result;
    } finally {
      observe(name, (performance.now() - start) / 1000, failed);
    }
  };

/** Lends a connection; errors of the statement leave it in the pool, errors of the connection do not. */
const borrow = async <T>(pool: pg.Pool, use: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw toStorageError(error);
  }
  let spoiled = false;
  // While a connection is lent, the pool does not listen: without this a broken socket would end the process.
  const onError = (): void => {
    spoiled = true;
  };
  client.on('error', onError);
  try {
    return await use(client);
  } catch (error) {
    spoiled ||= isConnectionSpoiled(error);
    throw toStorageError(error);
  } finally {
    client.off('error', onError);
    client.release(spoiled);
  }
};

const inTransaction = async <T>(
  client: pg.PoolClient,
  observe: ObserveStatement,
  work: (transaction: Queryable) => Promise<T>,
  isolation: TransactionOptions['isolation'],
): Promise<T> => {
  await client.query(isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`);
  try {
    const result = await work(queryableOver(runOn(client, observe)));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A failed rollback says no more than the error before it; the server rolls back what it loses touch with.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
};

const waitForDatabase = async (pool: pg.Pool, options: DatabaseOptions): Promise<void> => {
  const deadline = Date.now() + (options.startTimeoutMs ?? DEFAULTS.startTimeoutMs);
  for (;;) {
    try {
      await borrow(pool, (client) => client.query('SELECT 1'));
      return;
    } catch (error) {
      const cause = error instanceof RecognizeError ? error.cause : error;
      // A wrong password or database name does not mend itself.
      if (!isStorageFailure(cause) || Date.now() >= deadline) {
        const { code } = (cause ?? {}) as { readonly code?: unknown };
        const reason = typeof code === 'string' ? code : 'no answer';
        options.log.error({ err: cause }, logMessage('DATABASE_POOL_FAILED', { reason }));
        throw new RecognizeError('STORAGE_UNAVAILABLE', { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, START_RETRY_INTERVAL_MS));
    }
  }
};

/**
 * Connects, migrates if asked to, and keeps a small pool. A restart of the database is survived without help:
 * calls fail with `STORAGE_UNAVAILABLE` while it is away and work again when it is back.
 *
 * @throws RecognizeError STORAGE_UNAVAILABLE; MigrationError
 */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const pool = createPool(options);
  const measure =
    options.metrics === undefined ? undefined : observePool(options.metrics, options.applicationName, pool);
  const observe: ObserveStatement = (name, seconds, failed) => {
    measure?.(name, seconds, failed);
    traceStatement(name, seconds, failed);
  };
  try {
    await waitForDatabase(pool, options);
    if (options.migrationsFolder !== undefined) {
      const { url, schema, log, migrationsFolder: folder } = options;
      await runMigrations({ url, schema, folder, log });
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    ...queryableOver((statement, values) =>
      borrow(pool, (client) => runOn(client, observe)(statement, values)),
    ),
    transaction: (work, { isolation, maxRetries } = {}) =>
      retryOnConflict(
        () => borrow(pool, (client) => inTransaction(client, observe, work, isolation)),
        maxRetries,
      ),
    async probe() {
      await borrow(pool, (client) => client.query('SELECT 1'));
    },
    close: () => pool.end(),
  };
};
