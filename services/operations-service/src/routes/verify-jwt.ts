import { verifyJwt, verifyJwtPublicKey } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { verifyTransactionJwt } from '../commands/verify-transaction-jwt.ts';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerVerifyJwt = ({ app, guards, keys, now }: RouteDependencies): void => {
  registerEndpoint(app, guards, verifyJwt, async ({ body }, context) => {
    await verifyTransactionJwt(keys, body.message, now(), context);
    return { success: true as const };
  });
  registerEndpoint(app, guards, verifyJwtPublicKey, async (_input, context) => ({
    result: await keys.currentPem(context),
  }));
};
