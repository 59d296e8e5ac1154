import type { MountRoute } from '../mount-route.ts';
import { operatorRoutes } from './operator-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { userRoutes } from './user-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** What the operations-service asks for in the name of an administrator, and its webhook worker. */
export const mountAdministrationRoutes: MountRoute = (app, guards, context) => {
  for (const mount of [settingsRoutes, tenantRoutes, userRoutes, operatorRoutes, webhookRoutes])
    mount(app, guards, context);
};
