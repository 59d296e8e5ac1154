import {
  createApiKey,
  listApiKeys,
  RecognizeError,
  readTenantSettings,
  revokeApiKey,
  type TenantSettingsChanges,
  updateTenantSettings,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { Static } from 'typebox';
import { newApiKey } from '../commands/new-api-key.ts';
import type { AdministrationDependencies } from './administration-dependencies.ts';
import { actOf, administeredTenant } from './administrator.ts';

/** Nobody would fetch it. @throws RecognizeError JWKS_URI_NOT_HTTPS with the path of the setting */
const refuseHttpKeySets = (changes: Static<typeof TenantSettingsChanges>): void => {
  for (const name of ['userAuthorizationJwksUri', 'openidConfigurationUrl'] as const) {
    if (changes[name]?.startsWith('http:')) {
      throw new RecognizeError('JWKS_URI_NOT_HTTPS', { details: { path: `/changes/${name}` } });
    }
  }
};

/** Settings and API keys of a tenant. */
export const registerTenantRoutes = (dependencies: AdministrationDependencies): void => {
  const { app, guards, backend, jwksAllowHttp } = dependencies;
  registerEndpoint(app, guards, readTenantSettings, async (_input, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.readStoredSettings({ params: { tenantId } }, { requestId });
  });
  registerEndpoint(app, guards, updateTenantSettings, async ({ body }, context) => {
    const { tenantId } = administeredTenant(context.request);
    if (!jwksAllowHttp) refuseHttpKeySets(body.changes);
    return backend.changeStoredSettings(
      { params: { tenantId }, body: { act: actOf(context), ...body } },
      context,
    );
  });
  registerEndpoint(app, guards, listApiKeys, async (_input, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.listStoredApiKeys({ params: { tenantId } }, { requestId });
  });
  registerEndpoint(app, guards, createApiKey, async ({ body: { kind } }, context) => {
    const { tenantId } = administeredTenant(context.request);
    const { key, keySha256 } = newApiKey(kind);
    const body = { act: actOf(context), kind, keySha256 };
    return { ...(await backend.addApiKey({ params: { tenantId }, body }, context)), key };
  });
  registerEndpoint(app, guards, revokeApiKey, async ({ params }, context) => {
    const { tenantId } = administeredTenant(context.request);
    const target = { tenantId, apiKeyId: params.apiKeyId };
    await backend.revokeStoredApiKey({ params: target, body: { act: actOf(context) } }, context);
    return undefined;
  });
};
