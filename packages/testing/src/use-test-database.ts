import { connect } from 'node:net';
import { afterAll, beforeAll, inject } from 'vitest';
import { createTestDatabase, startTestPostgres, type TestPostgres } from './test-postgres.ts';
import type {} from './vitest-postgres.ts';

/** An empty database of one test file. */
export interface TestDatabase {
  /** Known once the tests run, not while they are collected. */
  readonly url: string;
}

const askSharedServer = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      const line = received.trim();
      if (line.startsWith('postgres://')) resolve(line);
      else reject(new Error(`the shared PostgreSQL did not start: ${line}`));
    });
  });

/**
 * Call it at the top of a test file or a `describe`: gives it an empty database on the server that all files share,
 * or on one of its own where vitest runs without the global setup.
 */
export const useTestDatabase = (): TestDatabase => {
  let url: string | undefined;
  let own: TestPostgres | undefined;
  beforeAll(async () => {
    const port = inject('testPostgresPort') as number | undefined;
    if (port === undefined) own = await startTestPostgres();
    url = await createTestDatabase(port === undefined ? own!.url : await askSharedServer(port));
  });
  afterAll(async () => {
    await own?.stop();
  });
  return {
    get url() {
      if (url === undefined) throw new Error('the test database is there once the tests run');
      return url;
    },
  };
};
