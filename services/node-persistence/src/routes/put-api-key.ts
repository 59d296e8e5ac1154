import { putApiKey as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { putApiKey } from '../commands/put-api-key.ts';
import type { MountRoute } from './mount-route.ts';

export const putApiKeyRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }) =>
    putApiKey(context, params.customer, params.kind, body.keySha256),
  );
