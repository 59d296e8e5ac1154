import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LogLine, makeTemporaryFolder, SERVICE_KEY } from './suites/service-harness.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const testDatabase = useTestDatabase();
let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(() => folder.remove());

const startProcess = (environment: Record<string, string>) => {
  const logLines: LogLine[] = [];
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], PORT: '0', SERVICE_KEY, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) logLines.push(JSON.parse(line));
  });
  return { child, logLines, exited: once(child, 'exit') };
};

it('starts from its environment, serves, and drains on SIGTERM', async () => {
  const { child, logLines, exited } = startProcess({
    DATABASE_URL: testDatabase.url,
    OBJECT_STORE_DIRECTORY: join(folder.path, 'payloads'),
  });
  const listening = () => logLines.find(({ msg }) => msg === 'listening');
  await expect.poll(listening, { timeout: 20_000 }).toBeDefined();
  const port = listening()!['port'];
  const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
  expect(await ready.json()).toMatchObject({ checks: { database: 'ok', 'object-store': 'ok' } });
  expect(JSON.stringify(logLines)).not.toContain(SERVICE_KEY);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

it('does not start where it cannot keep payloads', async () => {
  const file = join(folder.path, 'file');
  await writeFile(file, 'in the way');
  const { logLines, exited } = startProcess({
    DATABASE_URL: testDatabase.url,
    OBJECT_STORE_DIRECTORY: join(file, 'payloads'),
  });
  expect((await exited)[0]).toBe(1);
  expect(logLines.at(-1)).toMatchObject({ level: 'error', msg: 'Application run failed' });
});

it('does not start without its settings and names all of them', async () => {
  const { logLines, exited } = startProcess({ SERVICE_KEY: '' });
  expect((await exited)[0]).toBe(1);
  expect(logLines.at(-1)!['reason']).toMatch(/DATABASE_URL.*SERVICE_KEY/s);
});

it.each([
  ['OBJECT_STORE_DIRECTORY', {}],
  ['S3_BUCKET', { OBJECT_STORE_KIND: 's3' }],
  ['S3_SECRET_ACCESS_KEY', { OBJECT_STORE_KIND: 's3', S3_BUCKET: 'b', S3_ACCESS_KEY_ID: 'a' }],
  ['PAYLOAD_KEY_FILE', { PAYLOAD_ENCRYPTION: 'file' }],
  ['PAYLOAD_KMS_KEY_ID', { PAYLOAD_ENCRYPTION: 'kms' }],
])('does not start without %s where its other settings need that', async (variable, environment) => {
  const { logLines, exited } = startProcess({ DATABASE_URL: testDatabase.url, ...environment });
  expect((await exited)[0]).toBe(1);
  expect(logLines.at(-1)!['reason']).toContain(`${variable} is missing`);
});
