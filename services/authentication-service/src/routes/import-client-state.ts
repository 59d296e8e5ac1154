import { importClientState as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { importClientState } from '../commands/import-client-state.ts';
import { encryptionOf } from './client-state-encryption.ts';
import type { RouteDependencies } from './route-dependencies.ts';

/** A document is some hundred bytes; what is longer is none. */
const bodyLimitBytes = 16_384;

export const registerImportClientState = (dependencies: RouteDependencies): void =>
  registerEndpoint(
    dependencies.app,
    dependencies.guards,
    endpoint,
    async ({ params, headers, body }, { request, requestId }) => {
      const { tenantId, customer } = tenantOf(request);
      const user = { tenantId, customer, username: params.username };
      return importClientState(dependencies, user, encryptionOf(headers), body, { requestId });
    },
    { bodyLimitBytes },
  );
