import { storeUncommittedUser as endpoint, limits } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { storeUncommittedUser } from '../commands/store-uncommitted-user.ts';
import type { Mount } from './mount.ts';

export const mountStoreUncommittedUser: Mount = (app, guards, deps) =>
  registerEndpoint(
    app,
    guards,
    endpoint,
    ({ query, body }, { requestId }) => storeUncommittedUser(deps, query, body, { requestId }),
    { bodyLimitBytes: limits.maxServerStateBytes },
  );
