import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToBase64 } from '@openrecognize/bytes';
import { type EndpointShape, readJwks, unwrapClientState, wrapClientState } from '@openrecognize/contracts';
import { createService, loadConfig, type Service } from '@openrecognize/service-kit';
import { type FakeKms, startFakeKms } from '@openrecognize/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authVaultConfig } from '../src/config.ts';
import { buildAuthVault } from '../src/server.ts';
import { serviceKey, writeSigningKey } from './auth-vault-fixture.ts';

let folder: string;
let kms: FakeKms;
let services: Service[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-vault-build-'));
  kms = await startFakeKms();
  Object.assign(process.env, kms.environment);
  services = [];
});
afterEach(async () => {
  for (const service of services) await service.close();
  for (const name of Object.keys(kms.environment)) delete process.env[name];
  await kms.stop();
  await rm(folder, { recursive: true });
});

const build = async (environment: Record<string, string>) => {
  const config = loadConfig(authVaultConfig, {
    SERVICE_KEY: serviceKey,
    NODE_PERSISTENCE_URL: 'http://127.0.0.1:1',
    KMS_ENDPOINT: kms.endpoint,
    KMS_REGION: kms.region,
    ...environment,
  });
  const service = await createService({
    name: 'auth-vault',
    logging: { stream: { write: () => {} } },
  });
  services.push(service);
  await buildAuthVault(service, config);
  return async (endpoint: EndpointShape, payload?: object) => {
    const response = await service.app.inject({
      method: endpoint.method,
      url: endpoint.path,
      headers: { authorization: `Bearer ${serviceKey}` },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: response.statusCode, json: response.json() };
  };
};

describe('a vault built from its configuration', () => {
  it('publishes keys of several holders and wraps under the first key of its list', async () => {
    const file = await writeSigningKey();
    const signingKey = kms.createKey('ECC_NIST_P256');
    const wrappingKey = join(folder, 'wrapping-key');
    await writeFile(wrappingKey, `${randomBytes(32).toString('hex')}\n`);
    kms.createKey('SYMMETRIC_DEFAULT', { alias: 'states' });
    const shared = { REFILL_TICKET_KEY: '0'.repeat(64) };
    const call = await build({
      ...shared,
      SIGNING_KEYS: `new=kms:${signingKey},PIN/FACE=file:${file.path}`,
      CLIENT_STATE_KEYS: `kms-1=kms:alias/states,file-1=file:${wrappingKey}`,
    });
    const { keys } = (await call(readJwks)).json;
    expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual(['new', 'PIN/FACE']);
    const owner = { customer: 'acme', userId: 'A'.repeat(64) };
    const clientState = bytesToBase64(randomBytes(1000));
    const { wrapped } = (await call(wrapClientState, { ...owner, clientState })).json;
    expect(kms.calls.at(-1)).toEqual({ operation: 'GenerateDataKey', keyId: 'alias/states' });

    const rotated = await build({
      ...shared,
      SIGNING_KEYS: `PIN/FACE=file:${file.path}`,
      CLIENT_STATE_KEYS: `file-1=file:${wrappingKey},kms-1=kms:alias/states`,
    });
    expect((await rotated(unwrapClientState, { ...owner, wrapped })).json).toEqual({ clientState });
    const calls = kms.calls.length;
    const again = (await rotated(wrapClientState, { ...owner, clientState })).json.wrapped;
    expect((await rotated(unwrapClientState, { ...owner, wrapped: again })).json).toEqual({ clientState });
    expect(kms.calls.length).toBe(calls);
    await file.remove();
  });

  it('does not start without a ticket key when its signing key cannot give one', async () => {
    const id = kms.createKey('ECC_NIST_P256');
    await expect(build({ SIGNING_KEYS: `k=kms:${id}` })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { variables: ['REFILL_TICKET_KEY'] },
    });
  });

  it('does not start with wrapping keys that are none', async () => {
    const file = await writeSigningKey();
    const short = join(folder, 'short');
    await writeFile(short, 'abcd');
    const longId = 'i'.repeat(65);
    for (const CLIENT_STATE_KEYS of [
      `a=file:${short}`,
      `a=file:${join(folder, 'missing')}`,
      'a=pkcs11:jwt',
      `a=kms:x,b=kms:y;until=2030-01-01T00:00:00Z`,
      `${longId}=kms:x`,
    ]) {
      await expect(build({ SIGNING_KEY_FILE: file.path, CLIENT_STATE_KEYS })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { variables: ['CLIENT_STATE_KEYS'] },
      });
    }
    await file.remove();
  });
});
