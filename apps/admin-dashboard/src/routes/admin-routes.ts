import type { ServiceApp } from '@openrecognize/service-kit';
import { adminEndpoints, pagePathOf } from '../admin-endpoints.ts';
import type { DashboardDependencies } from '../dashboard-dependencies.ts';
import { FailureAnswer } from '../failure-answer.ts';
import { forwardCall } from '../forward-call.ts';

/** One route for each administration endpoint, with the schemas of the contract: nothing else is passed on. */
export const mountAdminRoutes = (app: ServiceApp, dependencies: DashboardDependencies): void => {
  for (const endpoint of adminEndpoints) {
    const { params, query, body } = endpoint;
    const response = endpoint.response === 'empty' ? { type: 'null' } : endpoint.response;
    app.route({
      method: endpoint.method,
      url: pagePathOf(endpoint),
      schema: {
        summary: endpoint.summary,
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { querystring: query }),
        ...(body === undefined ? {} : { body }),
        response: { [endpoint.status]: response, '4xx': FailureAnswer, '5xx': FailureAnswer },
      },
      handler: async (request, reply) => {
        const parts = {
          ...(params === undefined ? {} : { params: request.params as Record<string, string> }),
          ...(query === undefined ? {} : { query: request.query as Record<string, string> }),
          ...(body === undefined ? {} : { json: request.body }),
        };
        const answer = await forwardCall(dependencies, endpoint, parts, request, reply);
        reply.code(endpoint.status);
        return endpoint.response === 'empty' ? reply.send() : reply.send(answer as never);
      },
    });
  }
};
