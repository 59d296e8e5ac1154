import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../readiness.ts';
import type { ServiceMetrics } from '../service-metrics.ts';

const hidden = { schema: { hide: true }, logLevel: 'warn' } as const;

/** `/health/live`, `/health/ready` and `/metrics`. */
export const registerOperationalRoutes = (
  app: FastifyInstance,
  readiness: Readiness,
  metrics: ServiceMetrics,
): void => {
  app.get('/health/live', hidden, () => ({ status: 'live' }));
  app.get('/health/ready', hidden, async (_request, reply) => {
    const { ready, status, checks, failed } = await readiness.check();
    return reply.code(ready ? 200 : 503).send({ status, checks, failed });
  });
  app.get('/metrics', hidden, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
};
