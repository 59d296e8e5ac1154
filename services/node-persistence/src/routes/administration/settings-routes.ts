import {
  addApiKey,
  changeStoredSettings,
  listStoredApiKeys,
  readStoredSettings,
  revokeStoredApiKey,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { checkTenantSettings } from '../../commands/administration/settings-rules.ts';
import { decodeBase64Field } from '../../commands/base64-field.ts';
import { assertStorableText } from '../../commands/storable-text.ts';
import type { MountRoute } from '../mount-route.ts';
import { foundOr, unlessRefused } from './outcome.ts';

/** Settings and API keys of a tenant. */
export const settingsRoutes: MountRoute = (app, guards, { store, nowMs }) => {
  registerEndpoint(app, guards, readStoredSettings, async ({ params }) =>
    foundOr(await store.readSettings(params.tenantId), 'CUSTOMER_NOT_FOUND'),
  );
  registerEndpoint(app, guards, changeStoredSettings, async ({ params, body }) => {
    const { act, version, changes } = body;
    assertStorableText(changes.jwtAudience ?? undefined, '/changes/jwtAudience');
    const changed = await store.changeSettings(
      params.tenantId,
      version,
      changes,
      checkTenantSettings,
      act,
      nowMs(),
    );
    return unlessRefused(changed, { 'tenant-not-found': 'CUSTOMER_NOT_FOUND', conflict: 'CONFLICT' });
  });
  registerEndpoint(app, guards, listStoredApiKeys, async ({ params }) => ({
    apiKeys: await store.listApiKeys(params.tenantId),
  }));
  registerEndpoint(app, guards, addApiKey, async ({ params, body }) => {
    const hash = decodeBase64Field(body.keySha256, '/keySha256', 32);
    const added = await store.addApiKey(params.tenantId, body.kind, hash, body.act, nowMs());
    return unlessRefused(added, { 'tenant-not-found': 'CUSTOMER_NOT_FOUND', conflict: 'CONFLICT' });
  });
  registerEndpoint(app, guards, revokeStoredApiKey, async ({ params, body }) => {
    const outcome = await store.revokeApiKey(params.tenantId, params.apiKeyId, body.act, nowMs());
    unlessRefused(outcome, { 'not-found': 'NOT_FOUND', 'last-secret-key': 'CONFLICT' });
    return undefined;
  });
};
