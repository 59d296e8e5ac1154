import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileImageKeyStore } from './file-image-key-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-key-store-'));
const fileOf = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

describe('image key from a file', () => {
  it('must be an RSA key of 2048 bits or more', () => {
    const unusable = [
      join(folder, 'missing.pem'),
      folder,
      fileOf('text.pem', 'hello'),
      fileOf('small.pem', pem(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey)),
      fileOf('curve.pem', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)),
    ];
    for (const file of unusable) {
      expect(() => createFileImageKeyStore(file, ['k']), file).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables: ['IMAGE_KEY_FILE'] } }),
      );
    }
  });

  it('unwraps nothing that is no RSA block, whatever its size', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const store = createFileImageKeyStore(fileOf('good.pem', pem(privateKey)), ['k']);
    for (const size of [0, 1, 255, 256, 257, 1_024]) {
      expect(await store.unwrap('k', new Uint8Array(size).fill(1))).toBeUndefined();
    }
  });
});
