import type { ServiceApp } from '@openrecognize/service-kit';
import type { AdministrationDependencies } from './administration-dependencies.ts';
import { type AdministrationGuardOptions, createAdministrationGuard } from './administration-guard.ts';
import { registerHealthRoutes } from './health-routes.ts';
import { registerInstallationRoutes } from './installation-routes.ts';
import { registerOperatorRoutes } from './operator-routes.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { registerTenantRoutes } from './tenant-routes.ts';
import { registerUserRoutes } from './user-routes.ts';
import { registerWebhookRoutes } from './webhook-routes.ts';

export type AdministrationOptions = Omit<AdministrationDependencies, 'app' | 'guards'> &
  Pick<AdministrationGuardOptions, 'apiKeyCacheSeconds' | 'now'>;

/** Mounts everything under `/v2/admin`. */
export const mountAdministration = (app: ServiceApp, options: AdministrationOptions): void => {
  const guards = { operator: createAdministrationGuard(options) };
  const dependencies: AdministrationDependencies = { ...options, app, guards };
  registerSessionRoutes(dependencies);
  registerOperatorRoutes(dependencies);
  registerInstallationRoutes(dependencies);
  registerTenantRoutes(dependencies);
  registerUserRoutes(dependencies);
  registerWebhookRoutes(dependencies);
  registerHealthRoutes(dependencies);
};
