import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@openrecognize/service-kit/embedded-postgres';
import pg from 'pg';

/** A throw-away PostgreSQL server. */
export interface TestPostgres {
  /** Superuser URL of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** A new, empty database; returns its URL. */
  createDatabase(): Promise<string>;
  /** Stops and starts the server on the same port: data stays, connections break. */
  restart(): Promise<void>;
  /** Stops the server only; `resume` brings it back. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/** A new, empty database on the server of `url`; returns its URL. */
export const createTestDatabase = async (url: string): Promise<string> => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const database = new URL(url);
  database.pathname = `/${name}`;
  return database.href;
};

/**
 * Starts an empty cluster below the temporary folder, on a free port, without flushes to disk (about 0.6 s).
 * Test files that need no restart share one: see `useTestDatabase`.
 */
export const startTestPostgres = async (): Promise<TestPostgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-test-postgres-'));
  await chmod(folder, 0o755);
  const start = (port: number): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: join(folder, 'data'), port, password: 'test', durable: false });
  let server: EmbeddedPostgres;
  try {
    server = await start(0);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const { port } = server;
  const url = server.url();
  const pause = (): Promise<void> => server.stop();
  const resume = async (): Promise<void> => {
    server = await start(port);
  };
  return {
    url,
    port,
    createDatabase: () => createTestDatabase(url),
    pause,
    resume,
    async restart() {
      await pause();
      await resume();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
