import { customerJwks } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerCustomerJwks = ({ app, guards, backend, keys }: RouteDependencies): void =>
  registerEndpoint(app, guards, customerJwks, async ({ params }, context) => {
    await backend.readTenant(params.customer, context);
    return keys.all(context);
  });
