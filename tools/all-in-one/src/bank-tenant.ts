import { createHash } from 'node:crypto';
import { callEndpoint, createHttpClient } from '@openrecognize/clients';
import { putApiKey, putTenant, readTenantSettings, updateTenantSettings } from '@openrecognize/contracts';
import type { DemoSecrets } from './demo-secrets.ts';

/**
 * The bank of the demo page: a tenant of its own, because it vouches for each username itself and the demo tenant does
 * not ask for that.
 */
export const bankTenant = {
  customer: 'fernhollow',
  settings: {
    userAuthorizationType: 'RemoteJWKSet',
    jwtAudience: 'fernhollow-bank',
    jwtIncludeJti: true,
    jwtLifetimeSeconds: 120,
  },
} as const;

export interface BankTenantInput {
  readonly urlOf: (name: 'node-persistence' | 'operations-service' | 'demo') => string;
  readonly secrets: Pick<DemoSecrets, 'serviceKey' | 'bankSecretKey'>;
}

/** Makes the tenant, its secret key and its settings; repeating it changes nothing. @throws RecognizeError */
export const registerBankTenant = async ({ urlOf, secrets }: BankTenantInput): Promise<void> => {
  const { customer } = bankTenant;
  const internal = createHttpClient({
    baseUrl: urlOf('node-persistence'),
    serviceKey: secrets.serviceKey,
  });
  const operations = createHttpClient({
    baseUrl: urlOf('operations-service'),
    defaultHeaders: { 'x-api-key': secrets.bankSecretKey },
  });
  try {
    await callEndpoint(internal, putTenant, { params: { customer }, body: {} });
    const keySha256 = createHash('sha256').update(secrets.bankSecretKey).digest('base64');
    await callEndpoint(internal, putApiKey, { params: { customer, kind: 'secret' }, body: { keySha256 } });
    const wanted = {
      ...bankTenant.settings,
      userAuthorizationJwksUri: `${urlOf('demo')}/.well-known/jwks.json`,
    };
    const { version, settings } = await callEndpoint(operations, readTenantSettings, {});
    const isAsWanted = Object.entries(wanted).every(
      ([name, value]) => settings[name as keyof typeof settings] === value,
    );
    if (isAsWanted) return;
    await callEndpoint(operations, updateTenantSettings, { body: { version, changes: wanted } });
  } finally {
    await Promise.all([internal.close(), operations.close()]);
  }
};
