import { readTenant as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { readTenant } from '../commands/read-tenant.ts';
import type { MountRoute } from './mount-route.ts';

export const readTenantRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params }) => readTenant(context, params.customer));
