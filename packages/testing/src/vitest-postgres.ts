import { createServer, type Socket } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { TestPostgres } from './test-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Local TCP port that answers each connection with the URL of the shared server, one line. */
    testPostgresPort: number;
  }
}

/**
 * vitest `globalSetup`: one PostgreSQL server per run, started when the first test file asks for it, so that runs
 * without a database do not pay for it. Test files ask through `useTestDatabase`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let postgres: Promise<TestPostgres> | undefined;
  const answer = async (socket: Socket): Promise<void> => {
    // Loaded late: without a database no built package is needed.
    postgres ??= import('./test-postgres.ts').then(({ startTestPostgres }) => startTestPostgres());
    try {
      socket.end(`${(await postgres).url}\n`);
    } catch (error) {
      socket.end(`failed: ${error instanceof Error ? error.message : 'unknown'}\n`);
    }
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    void answer(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  project.provide('testPostgresPort', (server.address() as { port: number }).port);
  return async () => {
    server.close();
    await (await postgres?.catch(() => undefined))?.stop();
  };
}
