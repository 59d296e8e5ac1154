import { findExternalUser as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { findExternalUser } from '../commands/find-external-user.ts';
import type { MountRoute } from './mount-route.ts';

export const findExternalUserRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) =>
    findExternalUser(context, body.tenantId, body.externalUserId),
  );
