import { isRecognizeError, readOperatorSession } from '@openrecognize/contracts';
import type { ServiceApp } from '@openrecognize/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { DashboardDependencies } from '../dashboard-dependencies.ts';
import { FailureAnswer } from '../failure-answer.ts';
import { forwardCall } from '../forward-call.ts';
import { checkService, ServiceState } from '../service-health.ts';

/** Lets operators through, and while nobody can be asked those who were let through a moment ago. */
const requireOperator = async (
  dependencies: DashboardDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const token = dependencies.cookie.read(request.headers.cookie);
  try {
    await forwardCall(dependencies, readOperatorSession, {}, request, reply);
  } catch (error) {
    const isUnanswered = isRecognizeError(error) && (error.httpStatus ?? 0) >= 500;
    if (!isUnanswered || token === undefined || !dependencies.sessions.has(token)) throw error;
  }
};

export const mountHealthRoutes = (app: ServiceApp, dependencies: DashboardDependencies): void => {
  const { healthTargets, healthTimeoutMs } = dependencies;
  app.get(
    '/api/health',
    {
      schema: {
        summary: 'How every service is, asked now',
        response: {
          200: Type.Object({ services: Type.Array(ServiceState) }),
          '4xx': FailureAnswer,
          '5xx': FailureAnswer,
        },
      },
    },
    async (request, reply) => {
      await requireOperator(dependencies, request, reply);
      const check = (target: (typeof healthTargets)[number]) =>
        checkService(target, healthTimeoutMs, () => performance.now());
      return { services: await Promise.all(healthTargets.map(check)) };
    },
  );
};
