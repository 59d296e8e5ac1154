import { resolveApiKey as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { resolveApiKey } from '../commands/resolve-api-key.ts';
import type { MountRoute } from './mount-route.ts';

export const resolveApiKeyRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) => resolveApiKey(context, body.keySha256));
