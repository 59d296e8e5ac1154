import { commitStoredUser as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { commitStoredUser } from '../commands/commit-stored-user.ts';
import type { Mount } from './mount.ts';

export const mountCommitStoredUser: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ params, query }, { requestId }) =>
    commitStoredUser(deps, { tenantId: query.tenantId, userId: params.userId }, { requestId }),
  );
