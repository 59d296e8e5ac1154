import { createApiKeyGuard, type ServiceApp } from '@openrecognize/service-kit';
import { createSigningKeys } from './commands/signing-keys.ts';
import type { Backend } from './ports/backend.ts';
import { registerCustomerJwks } from './routes/customer-jwks.ts';
import { registerDeleteUser } from './routes/delete-user.ts';
import { registerDeleteUserDevice } from './routes/delete-user-device.ts';
import { registerExternalUsers } from './routes/external-users.ts';
import { applyHeaderRules } from './routes/header-rules.ts';
import { registerListAuthentications } from './routes/list-authentications.ts';
import { registerListUserDevices } from './routes/list-user-devices.ts';
import { registerListUsers } from './routes/list-users.ts';
import { registerOperations } from './routes/operations.ts';
import type { RouteDependencies } from './routes/route-dependencies.ts';
import { registerUncommittedUsers } from './routes/uncommitted-users.ts';
import { registerVerifyJwt } from './routes/verify-jwt.ts';

export interface OperationsOptions {
  readonly backend: Backend;
  readonly apiKeyCacheSeconds: number;
  readonly jwksCacheSeconds: number;
  readonly now: () => number;
  /** Name of this installation, as operations show it; `openrecognize` by default. */
  readonly nodeId?: string;
}

/** Mounts the server API on a service frame. */
export const mountOperations = (app: ServiceApp, options: OperationsOptions): void => {
  const { backend, now } = options;
  const guard = createApiKeyGuard({
    resolve: (keySha256, context) => backend.resolveApiKey(keySha256, context),
    requiredKind: 'secret',
    cacheSeconds: options.apiKeyCacheSeconds,
    now,
  });
  const dependencies: RouteDependencies = {
    app,
    guards: { 'secret-key': guard },
    backend,
    keys: createSigningKeys(backend, { cacheSeconds: options.jwksCacheSeconds, now }),
    nodeId: options.nodeId ?? 'openrecognize',
    now,
  };
  applyHeaderRules(app);
  registerDeleteUser(dependencies);
  registerListUserDevices(dependencies);
  registerListUsers(dependencies);
  registerVerifyJwt(dependencies);
  registerCustomerJwks(dependencies);
  registerDeleteUserDevice(dependencies);
  registerExternalUsers(dependencies);
  registerListAuthentications(dependencies);
  registerOperations(dependencies);
  registerUncommittedUsers(dependencies);
};
