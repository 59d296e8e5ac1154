import { createHash } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Backend } from '../src/index.ts';
import { createFakeServerApi } from './fake-server-api.ts';

export const userA = 'A'.repeat(64);
export const keyOf = { secretA: 'secret-of-a', mobileA: 'mobile-of-a', secretB: 'secret-of-b' } as const;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64');
const tenant = (tenantId: number, customer: string) => ({
  tenantId,
  customer,
  sdkCustomerId: 41 + tenantId,
  settings: { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 },
});

/** Two tenants, one user of the first; signing keys that can be rotated. */
export const createFakeBackend = async () => {
  const tenants = { a: tenant(1, 'acme'), b: tenant(2, 'other') };
  const owners = new Map([
    [hashOf(keyOf.secretA), { kind: 'secret' as const, tenant: tenants.a }],
    [hashOf(keyOf.mobileA), { kind: 'mobile' as const, tenant: tenants.a }],
    [hashOf(keyOf.secretB), { kind: 'secret' as const, tenant: tenants.b }],
  ]);
  const users = new Map([[userA, 1]]);
  const calls = { readJwks: 0 };
  const newKey = async (kid: string) => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig' as const, alg: 'ES256', kty: 'EC' };
    return { kid, privateKey, jwk };
  };
  let signing = [await newKey('PIN/FACE')];

  const ownedBy = (tenantId: number, userId: string): void => {
    if (users.get(userId) !== tenantId) throw new RecognizeError('USER_NOT_FOUND');
  };
  const serverApi = createFakeServerApi(ownedBy, (userId) => users.delete(userId));
  const backend: Backend = {
    serverApi: serverApi.backend,
    resolveApiKey: async (keySha256) => {
      const owner = owners.get(keySha256);
      if (!owner) throw new RecognizeError('API_KEY_INVALID');
      return owner;
    },
    readTenant: async (customer) => {
      const found = Object.values(tenants).find((candidate) => candidate.customer === customer);
      if (!found) throw new RecognizeError('CUSTOMER_NOT_FOUND');
      return found;
    },
    listDevices: async (tenantId, userId) => {
      ownedBy(tenantId, userId);
      return {
        devices: [
          {
            userId,
            deviceId: 'D'.repeat(32),
            publicSigningKey: `${'A'.repeat(123)}=`,
            deviceType: 'SDK',
            deviceOrigin: 'IOS',
            artifact: { family: 'f', version: '1' },
            createdAtMs: Date.UTC(2025, 0, 15, 9),
          },
        ],
      };
    },
    listUsers: async ({ tenantId, after, limit }) => ({
      users: [...users]
        .filter(([userId, owner]) => owner === tenantId && (!after || userId > after))
        .slice(0, limit)
        .map(([userId]) => ({ userId, createdAtMs: 0, deviceCount: 1 })),
    }),
    readJwks: async () => {
      calls.readJwks++;
      return { keys: signing.map(({ jwk }) => jwk) as never };
    },
  };
  return {
    backend,
    serverApi,
    calls,
    rotate: async (kid: string) => {
      signing = [await newKey(kid), ...signing];
    },
    sign: (claims: Record<string, unknown>, header: Record<string, unknown> = {}) => {
      const { kid, privateKey } = signing[0]!;
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid, ...header })
        .sign(privateKey);
    },
  };
};
