import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSigningKey } from '../../test/auth-vault-fixture.ts';
import { loadFileSigningKey } from './file-jwt-signer.ts';

describe('signing key file', () => {
  it('publishes the public part alone', async () => {
    const file = await writeSigningKey();
    const { signer } = await loadFileSigningKey(file.path, 'PIN/FACE');
    await file.remove();
    expect(signer.publicKeys).toEqual([
      {
        kty: 'EC',
        use: 'sig',
        alg: 'ES256',
        kid: 'PIN/FACE',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
      },
    ]);
  });

  it('derives the same ticket key for the same file and another for another', async () => {
    const files = [await writeSigningKey(), await writeSigningKey()] as const;
    const keyOf = async (path: string) =>
      Buffer.from((await loadFileSigningKey(path, 'k')).deriveRefillTicketKey()).toString('hex');
    const keys = [await keyOf(files[0].path), await keyOf(files[0].path), await keyOf(files[1].path)];
    for (const file of files) await file.remove();
    expect(keys[0]).toHaveLength(64);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('ends the start when it is missing, no key, or of another curve', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'auth-vault-'));
    const text = join(folder, 'text.pem');
    await writeFile(text, 'not a key');
    const otherCurve = await writeSigningKey('P-384');
    for (const path of [join(folder, 'missing.pem'), text, otherCurve.path]) {
      await expect(loadFileSigningKey(path, 'k')).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { variables: ['SIGNING_KEY_FILE'] },
      });
    }
    await otherCurve.remove();
    await rm(folder, { recursive: true });
  });
});
