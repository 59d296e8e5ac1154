import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDemoSecrets } from './demo-secrets.ts';
import { StartupError } from './startup-error.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openrecognize-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('loadDemoSecrets', () => {
  it('makes everything once and gives the same at the next start', async () => {
    const first = await loadDemoSecrets(folder);
    expect(await loadDemoSecrets(folder)).toEqual(first);
    const all = [first.serviceKey, first.databasePassword, ...Object.values(first.apiKeys)];
    expect(new Set([...all, first.operatorPassword]).size).toBe(6);
    expect(await readFile(first.clientStateKeyFile, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    const signing = createPrivateKey(await readFile(first.signingKeyFile, 'utf8'));
    expect(signing.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const image = createPrivateKey(await readFile(first.imageKeyFile, 'utf8'));
    expect(image.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it('writes files that only their owner can read, and leaves no others', async () => {
    await loadDemoSecrets(folder);
    const names = (await readdir(folder)).sort();
    expect(names).toEqual([
      'bank-secret-key.txt',
      'client-state-key.hex',
      'image-key.pem',
      'jwt-signing-key.pem',
      'operator-password.txt',
      'secrets.json',
    ]);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('gives one set to several first starts at once', async () => {
    const loaded = await Promise.all([1, 2, 3].map(() => loadDemoSecrets(folder)));
    expect(loaded[1]).toEqual(loaded[0]);
    expect(loaded[2]).toEqual(loaded[0]);
  });

  it.each([
    'secrets.json',
    'jwt-signing-key.pem',
    'image-key.pem',
    'client-state-key.hex',
    'operator-password.txt',
  ])('refuses a damaged %s and keeps it', async (name) => {
    await loadDemoSecrets(folder);
    await writeFile(join(folder, name), '{"serviceKey":"cut off');
    await expect(loadDemoSecrets(folder)).rejects.toBeInstanceOf(StartupError);
    expect(await readFile(join(folder, name), 'utf8')).toBe('{"serviceKey":"cut off');
  });
});
