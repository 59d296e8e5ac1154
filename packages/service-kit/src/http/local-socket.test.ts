import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createService } from '../service.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sockets-'));
});
afterEach(() => rm(directory, { recursive: true }));

const ask = (socketPath: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get({ socketPath, path: '/health/live' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

it('a service answers on its socket, whatever was left there, until it is closed', async () => {
  const path = join(directory, '1.sock');
  await writeFile(path, 'left by a killed process');
  const service = await createService({ name: 'test', logging: { level: 'silent' } });
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  await service.listenOnSocket(path);
  expect(await ask(path)).toBe(200);
  await service.close();
  await expect(ask(path)).rejects.toThrow();
  expect(await readdir(directory)).toEqual([]);
});
