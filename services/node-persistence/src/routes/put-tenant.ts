import { putTenant as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { putTenant } from '../commands/put-tenant.ts';
import type { MountRoute } from './mount-route.ts';

export const putTenantRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }) =>
    putTenant(context, params.customer, body.settings ?? {}),
  );
