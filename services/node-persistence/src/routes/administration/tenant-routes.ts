import { addTenant, listStoredTenants } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { decodeBase64Field } from '../../commands/base64-field.ts';
import { defaultTenantSettings } from '../../commands/lockout-settings.ts';
import type { MountRoute } from '../mount-route.ts';
import { unlessRefused } from './outcome.ts';

/** Tenants of the installation. */
export const tenantRoutes: MountRoute = (app, guards, { store, nowMs }) => {
  registerEndpoint(app, guards, listStoredTenants, async ({ query }) => ({
    tenants: await store.listTenants(query.tenantId),
  }));
  registerEndpoint(app, guards, addTenant, async ({ body: { act, customer, apiKeys } }) => {
    const keys = apiKeys.map(({ kind, keySha256 }, index) => ({
      kind,
      keySha256: decodeBase64Field(keySha256, `/apiKeys/${index}/keySha256`, 32),
    }));
    const added = await store.addTenant(customer, keys, defaultTenantSettings, act, nowMs());
    return unlessRefused(added, { conflict: 'CONFLICT' });
  });
};
