import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@openrecognize/service-kit';
import { type FakeKms, startFakeKms } from '@openrecognize/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeyHolders } from '../src/adapters/keys/key-holders.ts';
import { loadSigningKeys } from '../src/adapters/keys/load-signing-keys.ts';
import { createJwtSigner } from '../src/commands/jwt-signer.ts';
import { authVaultConfig } from '../src/config.ts';

const nowMs = Date.UTC(2030, 0, 1);
let folder: string;
let kms: FakeKms;
let closers: (() => unknown)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-vault-keys-'));
  kms = await startFakeKms();
  Object.assign(process.env, kms.environment);
  closers = [];
});
afterEach(async () => {
  for (const close of closers) await close();
  for (const name of Object.keys(kms.environment)) delete process.env[name];
  await kms.stop();
  await rm(folder, { recursive: true });
});

const writeKey = async (name: string, { namedCurve = 'P-256', isPublic = false } = {}): Promise<string> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  const pem = isPublic
    ? createPublicKey(privateKey).export({ format: 'pem', type: 'spki' })
    : privateKey.export({ format: 'pem', type: 'pkcs8' });
  const path = join(folder, name);
  await writeFile(path, pem);
  return path;
};

const load = (environment: Record<string, string>) => {
  const config = loadConfig(authVaultConfig, {
    SERVICE_KEY: 'a-service-key-of-the-tests',
    NODE_PERSISTENCE_URL: 'http://127.0.0.1:1',
    KMS_ENDPOINT: kms.endpoint,
    KMS_MAX_ATTEMPTS: '1',
    SIGN_TIMEOUT_MS: '2000',
    ...environment,
  });
  const holders = createKeyHolders(config, (_, closer) => closers.push(closer));
  return loadSigningKeys(config, holders, nowMs);
};

const refused = (environment: Record<string, string>, variable = 'SIGNING_KEYS') =>
  expect(load(environment)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { variables: [variable] },
  });

describe('the signing keys of a vault', () => {
  it('are one file by the older pair of variables, which a list replaces', async () => {
    const one = { SIGNING_KEY_FILE: await writeKey('one.pem') };
    expect((await load(one)).current.publicKey.kid).toBe('PIN/FACE');
    const list = { ...one, SIGNING_KEYS: `two=file:${await writeKey('two.pem')}` };
    expect((await load(list)).current.publicKey.kid).toBe('two');
    await refused({});
  });

  it('overlap: a retired key is published until its time, from its public part alone', async () => {
    const current = await writeKey('current.pem');
    const retired = await writeKey('retired.pem', { isPublic: true });
    const clock = { nowMs };
    const SIGNING_KEYS = [
      `new=file:${current}`,
      `old=file:${retired};until=2030-01-02T00:00:00Z`,
      `gone=file:${join(folder, 'deleted.pem')};until=2029-12-31T00:00:00Z`,
      `next=file:${await writeKey('next.pem', { isPublic: true })}`,
    ].join(',');
    const { current: key, others } = await load({ SIGNING_KEYS });
    const signer = createJwtSigner({ current: key, others, now: () => clock.nowMs });
    const keyIds = () => signer.publicKeys.map(({ kid }) => kid);
    expect(keyIds()).toEqual(['new', 'old', 'next']);
    clock.nowMs = Date.UTC(2030, 0, 2) - 1;
    expect(keyIds()).toEqual(['new', 'old', 'next']);
    clock.nowMs = Date.UTC(2030, 0, 2);
    expect(keyIds()).toEqual(['new', 'next']);
    for (const jwk of signer.publicKeys) expect(jwk).not.toHaveProperty('d');
  });

  it('derive one ticket key per file, and want one set for keys that cannot leave their holder', async () => {
    const path = await writeKey('one.pem');
    const ticketKeyOf = async (file: string) =>
      Buffer.from((await load({ SIGNING_KEY_FILE: file })).deriveRefillTicketKey?.() ?? []).toString('hex');
    expect(await ticketKeyOf(path)).toHaveLength(64);
    expect(await ticketKeyOf(path)).toBe(await ticketKeyOf(path));
    expect(await ticketKeyOf(await writeKey('two.pem'))).not.toBe(await ticketKeyOf(path));
    const id = kms.createKey('ECC_NIST_P256');
    expect((await load({ SIGNING_KEYS: `k=kms:${id}` })).deriveRefillTicketKey).toBeUndefined();
  });

  it('end the start when a file is missing, no key, of another curve, or public where it has to sign', async () => {
    const text = join(folder, 'text.pem');
    await writeFile(text, 'not a key');
    const otherCurve = await writeKey('p384.pem', { namedCurve: 'P-384' });
    const isPublic = await writeKey('public.pem', { isPublic: true });
    for (const path of [join(folder, 'missing.pem'), text, otherCurve, isPublic]) {
      await refused({ SIGNING_KEY_FILE: path }, 'SIGNING_KEY_FILE');
      await refused({ SIGNING_KEYS: `k=file:${path}` });
    }
    const good = await writeKey('good.pem');
    for (const path of [text, otherCurve]) await refused({ SIGNING_KEYS: `k=file:${good},o=file:${path}` });
  });

  it('end the start when the key service refuses, or has a key of another kind', async () => {
    const wrong = [
      kms.createKey('SYMMETRIC_DEFAULT'),
      kms.createKey('ECC_NIST_P384'),
      kms.createKey('RSA_2048', { usage: 'SIGN_VERIFY' }),
      'alias/unknown',
    ];
    for (const id of wrong) await refused({ SIGNING_KEYS: `k=kms:${id}` });
    const good = kms.createKey('ECC_NIST_P256');
    kms.setEnabled(good, false);
    await refused({ SIGNING_KEYS: `k=kms:${good}` });
    kms.setEnabled(good, true);
    kms.fail('access-denied', { operation: 'Sign', times: 1 });
    await refused({ SIGNING_KEYS: `k=kms:${good}` });
    await refused({ SIGNING_KEYS: 'k=pkcs11:jwt' }, 'PKCS11_MODULE_FILE');
  });

  it('say that the key service is away when it is away', async () => {
    const id = kms.createKey('ECC_NIST_P256');
    for (const fault of ['hang', 'reset', 'throttling', 'internal-error'] as const) {
      kms.fail(fault);
      await expect(load({ SIGNING_KEYS: `k=kms:${id}` })).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
      });
      kms.recover();
    }
  });

  it('stay the key that was published when an alias moves to another one', async () => {
    kms.createKey('ECC_NIST_P256', { alias: 'jwt' });
    const { current } = await load({ SIGNING_KEYS: 'k=kms:alias/jwt' });
    const before = kms.calls.length;
    kms.createKey('ECC_NIST_P256', { alias: 'jwt' });
    const signer = createJwtSigner({ current, now: () => nowMs });
    await signer.sign({ iat: 1, td: 'x', version: '1.1.0', sub: 'A' });
    expect(kms.calls.slice(before)).toEqual([
      { operation: 'Sign', keyId: expect.stringMatching(/^arn:aws:kms:/) },
    ]);
  });
});
