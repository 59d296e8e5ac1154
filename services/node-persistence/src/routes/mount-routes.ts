import { mountAdministrationRoutes } from './administration/mount-administration-routes.ts';
import { checkDeviceRoute } from './check-device.ts';
import { commitOpenEnrollmentRoute } from './commit-open-enrollment.ts';
import { deleteUserRoute } from './delete-user.ts';
import { findExternalUserRoute } from './find-external-user.ts';
import { finishAttemptRoute } from './finish-attempt.ts';
import { finishCircuitPurgeRoute } from './finish-circuit-purge.ts';
import { listCircuitPurgesRoute } from './list-circuit-purges.ts';
import { listDevicesRoute } from './list-devices.ts';
import { listUsersRoute } from './list-users.ts';
import type { MountRoute } from './mount-route.ts';
import { mountServerApiRoutes } from './mount-server-api-routes.ts';
import { openEnrollmentRoute } from './open-enrollment.ts';
import { putApiKeyRoute } from './put-api-key.ts';
import { putClientStateRoute } from './put-client-state.ts';
import { putMatchTokensRoute } from './put-match-tokens.ts';
import { putTenantRoute } from './put-tenant.ts';
import { readClientStateRoute } from './read-client-state.ts';
import { readEnrollmentRoute } from './read-enrollment.ts';
import { readTenantRoute } from './read-tenant.ts';
import { resolveApiKeyRoute } from './resolve-api-key.ts';
import { settleAttemptRoute } from './settle-attempt.ts';
import { startAttemptRoute } from './start-attempt.ts';
import { takeMatchTokenRoute } from './take-match-token.ts';
import { useTokenOnceRoute } from './use-token-once.ts';

/** Every endpoint of the service's contract. */
export const mountRoutes: MountRoute = (app, guards, context) => {
  for (const mount of [
    putTenantRoute,
    readTenantRoute,
    putApiKeyRoute,
    resolveApiKeyRoute,
    openEnrollmentRoute,
    readEnrollmentRoute,
    commitOpenEnrollmentRoute,
    checkDeviceRoute,
    startAttemptRoute,
    finishAttemptRoute,
    settleAttemptRoute,
    putMatchTokensRoute,
    takeMatchTokenRoute,
    listDevicesRoute,
    deleteUserRoute,
    listUsersRoute,
    findExternalUserRoute,
    putClientStateRoute,
    readClientStateRoute,
    listCircuitPurgesRoute,
    finishCircuitPurgeRoute,
    useTokenOnceRoute,
    mountServerApiRoutes,
    mountAdministrationRoutes,
  ]) {
    mount(app, guards, context);
  }
};
