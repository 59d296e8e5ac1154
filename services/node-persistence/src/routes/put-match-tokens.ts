import { putMatchTokens as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { putMatchTokens } from '../commands/put-match-tokens.ts';
import type { MountRoute } from './mount-route.ts';

export const putMatchTokensRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) => putMatchTokens(context, body));
