import { resolveMatch as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { resolveMatch } from '../commands/resolve-match.ts';
import type { Mount } from '../server.ts';

export const mountResolveMatch: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }, { requestId }) =>
    resolveMatch(deps, params.attemptId, body, { requestId }),
  );
