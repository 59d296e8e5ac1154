import { storeMatchTokens as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { storeMatchTokens } from '../commands/store-match-tokens.ts';
import type { Mount } from '../server.ts';

export const mountStoreMatchTokens: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, async ({ body }, { requestId }) => {
    await storeMatchTokens(deps, body, { requestId });
    return undefined;
  });
