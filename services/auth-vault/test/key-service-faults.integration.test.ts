import { randomUUID } from 'node:crypto';
import { bytesToBase64 } from '@openrecognize/bytes';
import { resolveMatch, unwrapClientState, wrapClientState } from '@openrecognize/contracts';
import { createService, type Service } from '@openrecognize/service-kit';
import { type FakeKms, type FakeKmsFault, startFakeKms } from '@openrecognize/testing';
import { matchTokenOf } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardSigningKey } from '../src/adapters/keys/guarded-signing-key.ts';
import { createKmsDataKeyStore } from '../src/adapters/keys/kms-data-key-store.ts';
import { createKmsGateway } from '../src/adapters/keys/kms-gateway.ts';
import { loadKmsSigningKey } from '../src/adapters/keys/kms-signing-key.ts';
import { createCircuitBreaker } from '../src/circuit-breaker.ts';
import { createClientStates } from '../src/commands/client-states.ts';
import { createJwtSigner } from '../src/commands/jwt-signer.ts';
import { createAuthVaultFixture, createDevice } from './auth-vault-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createAuthVaultFixture>>;
const device = createDevice();
const owner = { customer: 'acme', userId: device.userId };
const clientState = bytesToBase64(new Uint8Array(100).fill(7));

let kms: FakeKms;
let vault: Fixture;
let guardService: Service;
let clock: { nowMs: number };
let close = (): void => {};

beforeEach(async () => {
  kms = await startFakeKms();
  const gateway = createKmsGateway({ ...kms.clientConfig, deadlineMs: 3000, maxAttempts: 2 });
  const signing = await loadKmsSigningKey(
    gateway,
    kms.createKey('ECC_NIST_P256'),
    'PIN/FACE',
    'SIGNING_KEYS',
  );
  clock = { nowMs: 0 };
  guardService = await createService({ name: 'auth-vault', logging: { stream: { write: () => {} } } });
  const breaker = createCircuitBreaker({ failureThreshold: 3, cooldownMs: 1000, now: () => clock.nowMs });
  const current = guardSigningKey(signing, breaker, guardService);
  const store = createKmsDataKeyStore(gateway, kms.createKey('SYMMETRIC_DEFAULT'));
  const incidents = { clientStateKeyFailed: () => {} };
  vault = await createAuthVaultFixture({
    signer: createJwtSigner({ current, now: () => vault.clock.nowMs }),
    clientStates: createClientStates([{ keyId: 'kms-1', store }], incidents),
  });
  close = gateway.close;
});
afterEach(async () => {
  close();
  await kms.stop();
});

const label = new Uint8Array(16).fill(9);
const storeTokens = (count: number): void => {
  const token = bytesToBase64(matchTokenOf(nodeCryptoSuite, label));
  for (let index = 0; index < count; index++)
    vault.tokens.set(`${device.userId}/${device.deviceId}/${index}`, token);
};
const ask = (circuitIndex: number) =>
  vault.call(
    { ...resolveMatch, path: `/internal/v1/attempts/${randomUUID()}/verdict` },
    {
      customer: 'acme',
      userId: device.userId,
      deviceId: device.deviceId,
      circuitIndex,
      outputLabel: bytesToBase64(label),
      jwt: { transactionData: 'x' },
    },
  );
const isReady = async () => (await guardService.readiness.check()).ready;

describe('a key service that fails', () => {
  it.each<FakeKmsFault>(['access-denied', 'throttling', 'internal-error', 'hang', 'reset'])(
    'with %s costs no token, and nothing after it',
    async (fault) => {
      storeTokens(3);
      kms.fail(fault, { operation: 'Sign' });
      expect(await ask(0)).toMatchObject({ status: 503, code: 'JWT_SIGN_FAILED' });
      expect(vault.errors()).toEqual(['Failed JWT token sign']);
      expect(vault.tokens.size).toBe(3);
      kms.recover();
      expect((await ask(1)).json).toMatchObject({ match: true, signedJwt: expect.any(String) });
      expect(vault.tokens.size).toBe(2);
    },
  );

  it('once is asked again within the deadline, and nobody notices', async () => {
    storeTokens(2);
    for (const [index, fault] of (['throttling', 'reset'] as const).entries()) {
      kms.fail(fault, { operation: 'Sign', times: 1 });
      expect((await ask(index)).json).toMatchObject({ match: true });
    }
    expect(vault.errors()).toEqual([]);
  });

  it('again and again makes the service unready; the probe alone finds out when it works', async () => {
    storeTokens(5);
    expect(await isReady()).toBe(true);
    kms.fail('access-denied', { operation: 'Sign' });
    for (let index = 0; index < 3; index++) expect((await ask(index)).code).toBe('JWT_SIGN_FAILED');
    expect(await isReady()).toBe(false);
    const before = kms.calls.length;
    expect((await ask(3)).code).toBe('JWT_SIGN_FAILED');
    expect(await isReady()).toBe(false);
    expect(kms.calls.length).toBe(before);
    const gauge = async () =>
      await guardService.metrics.registry.getSingleMetricAsString('openrecognize_signing_key_usable');
    expect(await gauge()).toContain('openrecognize_signing_key_usable 0');
    clock.nowMs += 1000;
    expect(await isReady()).toBe(false);
    expect(kms.calls.length).toBe(before + 1);
    kms.recover();
    clock.nowMs += 1000;
    expect(await isReady()).toBe(true);
    expect(await gauge()).toContain('openrecognize_signing_key_usable 1');
    expect((await ask(4)).json).toMatchObject({ match: true });
  });

  it('keeps no state of a web user from being wrapped and opened afterwards', async () => {
    const { wrapped } = (await vault.call(wrapClientState, { ...owner, clientState })).json;
    for (const fault of ['access-denied', 'hang'] as const) {
      kms.fail(fault);
      expect(await vault.call(unwrapClientState, { ...owner, wrapped })).toMatchObject({
        status: 503,
        code: 'SERVICE_UNAVAILABLE',
      });
      kms.recover();
    }
    expect((await vault.call(unwrapClientState, { ...owner, wrapped })).json).toEqual({ clientState });
    const stranger = { customer: 'other', userId: owner.userId, wrapped };
    expect((await vault.call(unwrapClientState, stranger)).code).toBe('CLIENT_STATE_INVALID');
  });
});
