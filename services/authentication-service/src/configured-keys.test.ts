import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@openrecognize/service-kit';
import { describe, expect, it } from 'vitest';
import { authenticationServiceConfig } from './config.ts';
import { createImageKeys, createWrappingKeys } from './configured-keys.ts';

const required = {
  SERVICE_KEY: 'a-service-key-of-some-length',
  CORE_DAEMON_URL: 'http://127.0.0.1:1',
  NODE_PERSISTENCE_URL: 'http://127.0.0.1:1',
  IMAGE_KEY_ID: 'key-1,alias/photos',
};
const configOf = (environment: Record<string, string>) =>
  loadConfig(authenticationServiceConfig, { ...required, ...environment });
const invalid = (...variables: string[]) =>
  expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables } });

const keyFile = (): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'image-key-')), 'key.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return file;
};

describe('the holder of the image key', () => {
  it('is a file or the key service, and exactly one of them', async () => {
    const refused = invalid('IMAGE_KEY_FILE', 'IMAGE_KMS_KEY_ID');
    expect(() => createImageKeys(configOf({}))).toThrow(refused);
    const both = { IMAGE_KEY_FILE: keyFile(), IMAGE_KMS_KEY_ID: 'alias/photos' };
    expect(() => createImageKeys(configOf(both))).toThrow(refused);
    const fromFile = createImageKeys(configOf({ IMAGE_KEY_FILE: keyFile() }));
    expect((await fromFile.publicKey()).keyIds).toEqual(['key-1', 'alias/photos']);
    const inKms = { IMAGE_KMS_KEY_ID: 'alias/photos', KMS_REGION: 'eu-central-1' };
    expect(await createImageKeys(configOf(inKms)).unwrap('other', Uint8Array.of(1))).toBeUndefined();
  });
});

describe('the holder of the wrapping key', () => {
  it('is the auth-vault or a key of this process', async () => {
    expect(() => createWrappingKeys(configOf({}), undefined)).toThrow(
      invalid('AUTH_VAULT_URL', 'WRAPPING_KEY'),
    );
    const local = createWrappingKeys(configOf({ WRAPPING_KEY: '07'.repeat(32) }), undefined);
    const context = { customer: 'acme', userId: 'A'.repeat(64) };
    expect(await local.unwrap(await local.wrap(Uint8Array.of(1, 2), context), context)).toEqual(
      Uint8Array.of(1, 2),
    );
  });
});
