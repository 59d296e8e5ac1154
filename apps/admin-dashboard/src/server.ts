import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { ServiceApp } from '@openrecognize/service-kit';
import type { DashboardDependencies } from './dashboard-dependencies.ts';
import { sendFailure } from './failure-answer.ts';
import { mountAdminRoutes } from './routes/admin-routes.ts';
import { mountHealthRoutes } from './routes/health-routes.ts';
import { mountSessionRoutes } from './routes/session-routes.ts';
import { createSameOriginCheck } from './same-origin.ts';

const pageDirectory = fileURLToPath(new URL('../public', import.meta.url));

/** Nothing from elsewhere, nothing inline, no text that becomes markup. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
    "trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

const ONE_YEAR_SECONDS = 31_536_000;

const mountApi = (app: ServiceApp, dependencies: DashboardDependencies): void => {
  const checkOrigin = createSameOriginCheck(dependencies.publicUrl);
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply));
  // Before the body is read: a foreign page gets no further than this.
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    checkOrigin(request);
  });
  mountSessionRoutes(app, dependencies);
  mountAdminRoutes(app, dependencies);
  mountHealthRoutes(app, dependencies);
};

/** Mounts the page and its API on a service frame. */
export const mountDashboard = (app: ServiceApp, dependencies: DashboardDependencies): void => {
  const isHttps = dependencies.publicUrl?.startsWith('https:') ?? false;
  app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.headers(securityHeaders);
      if (isHttps) reply.header('strict-transport-security', `max-age=${ONE_YEAR_SECONDS}`);
    });
    scope.register(async (api) => mountApi(api as ServiceApp, dependencies));
    // Without a wildcard route, paths that do not exist get the frame's own 404.
    scope.register(fastifyStatic, { root: pageDirectory, wildcard: false, cacheControl: false });
  });
};
