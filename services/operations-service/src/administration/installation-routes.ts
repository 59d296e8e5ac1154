import { createTenant, listTenants, RecognizeError } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { newApiKey } from '../commands/new-api-key.ts';
import type { AdministrationDependencies } from './administration-dependencies.ts';
import { actOf, administratorOf, boundTenant } from './administrator.ts';

const KINDS = ['download', 'mobile', 'secret'] as const;

/** Tenants of the installation; whoever is bound to one sees that one and makes none. */
export const registerInstallationRoutes = ({ app, guards, backend }: AdministrationDependencies): void => {
  registerEndpoint(app, guards, listTenants, (_input, { request, requestId }) =>
    backend.listStoredTenants({ query: boundTenant(request) }, { requestId }),
  );
  registerEndpoint(app, guards, createTenant, async ({ body: { customer } }, context) => {
    if (administratorOf(context.request).boundTenantId !== undefined) throw new RecognizeError('FORBIDDEN');
    const made = KINDS.map(newApiKey);
    const apiKeys = made.map(({ kind, keySha256 }) => ({ kind, keySha256 }));
    const added = await backend.addTenant({ body: { act: actOf(context), customer, apiKeys } }, context);
    return {
      ...added.tenant,
      apiKeys: added.apiKeys.map((info, index) => ({ ...info, key: made[index]!.key })),
    };
  });
};
