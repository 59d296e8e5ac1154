import { randomBytes } from 'node:crypto';
import { readOperatorSession, signInOperator, signOutOperator } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { AdministrationDependencies } from './administration-dependencies.ts';
import { sessionHashOf } from './administration-guard.ts';
import { administratorOf } from './administrator.ts';

const TOKEN_BYTES = 32;

export const registerSessionRoutes = (dependencies: AdministrationDependencies): void => {
  const { app, guards, backend, clientAddress, sessionSeconds, sessionIdleSeconds } = dependencies;
  registerEndpoint(app, guards, signInOperator, async ({ body }, { request, requestId }) => {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const { operator, expiresAtMs } = await backend.openOperatorSession(
      {
        body: {
          ...body,
          address: clientAddress(request.raw),
          tokenSha256: sessionHashOf(token),
          requestId,
          ttlSeconds: sessionSeconds,
        },
      },
      { requestId },
    );
    return { token, operator, expiresAtMs, idleTimeoutSeconds: sessionIdleSeconds };
  });
  registerEndpoint(app, guards, readOperatorSession, async (_input, { request }) => {
    const { actor, role, customers, boundTenantId, session } = administratorOf(request);
    return {
      actor,
      role,
      scope: boundTenantId === undefined ? ('installation' as const) : ('tenant' as const),
      customers: [...customers],
      ...(session === undefined ? {} : { expiresAtMs: session.expiresAtMs }),
    };
  });
  registerEndpoint(app, guards, signOutOperator, async (_input, { request, requestId }) => {
    const { session } = administratorOf(request);
    if (session !== undefined) {
      await backend.endOperatorSession({ body: { tokenSha256: session.tokenSha256 } }, { requestId });
    }
    return undefined;
  });
};
