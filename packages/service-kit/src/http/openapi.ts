import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { API_KEY_HEADER } from '../api-key-guard.ts';

/** JSON Schema of the body of every failed call. */
export const ErrorBodySchema = Type.Object({
  error: Type.Object({
    code: Type.String(),
    number: Type.Integer(),
    message: Type.String(),
    requestId: Type.String(),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
});

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Serves a browsable page at `/docs`. */
  readonly userInterface: boolean;
  /** Header of a tenant's key, as `ApiKeyGuardOptions.header`; `x-api-key` by default. */
  readonly apiKeyHeader?: string;
}

const hasDefault = (responses: Record<string, unknown>): boolean => 'default' in responses;

/** OpenAPI 3.1 of all routes added later, at `/openapi.json`; every route documents the common error body. */
export const registerOpenApi = async (app: FastifyInstance, options: OpenApiOptions): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: options.title,
        version: options.version,
        ...(options.description === undefined ? {} : { description: options.description }),
      },
      components: {
        securitySchemes: {
          serviceKey: { type: 'http', scheme: 'bearer', description: 'Shared key between the services' },
          operatorSession: { type: 'http', scheme: 'bearer', description: 'Session token of an operator' },
          apiKey: {
            type: 'apiKey',
            in: 'header',
            name: options.apiKeyHeader ?? API_KEY_HEADER,
            description: 'Key of a tenant',
          },
        },
      },
    },
    transform: ({ schema, url }) => {
      const responses = (schema?.response ?? {}) as Record<string, unknown>;
      const documented = hasDefault(responses)
        ? responses
        : { ...responses, default: { description: 'Failure', ...ErrorBodySchema } };
      return { schema: { ...schema, response: documented }, url };
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  if (options.userInterface) await app.register(swaggerUi, { routePrefix: '/docs' });
};
