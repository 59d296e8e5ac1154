import type { EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { ServiceApp } from '../service.ts';
import { BinaryBody } from './validation.ts';

export interface EndpointContext {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type EndpointHandler<E extends EndpointShape> = (
  input: EndpointInput<E>,
  context: EndpointContext,
) => Promise<EndpointOutput<E>>;

/** Lets a request pass or throws the `RecognizeError` it is refused with. */
export type RequestGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export interface MountOptions {
  /** Guards, run in order before the body is looked at by the handler. */
  readonly guards?: readonly RequestGuard[];
  /** Largest body in bytes of this endpoint; the service's limit by default. */
  readonly bodyLimitBytes?: number;
}

const responseSchemas = (endpoint: EndpointShape): Record<number, unknown> => {
  if (endpoint.response === 'empty')
    return { [endpoint.status]: { type: 'null', description: 'No content' } };
  if (endpoint.response === 'bytes') {
    return {
      [endpoint.status]: {
        description: 'Raw bytes',
        content: { 'application/octet-stream': { schema: BinaryBody } },
      },
    };
  }
  return { [endpoint.status]: endpoint.response };
};

const fastifySchema = (endpoint: EndpointShape) => {
  const parts: Record<string, TSchema> = {};
  if (endpoint.params !== undefined) parts['params'] = endpoint.params;
  if (endpoint.query !== undefined) parts['querystring'] = endpoint.query;
  if (endpoint.headers !== undefined) parts['headers'] = endpoint.headers;
  if (endpoint.body !== undefined) parts['body'] = endpoint.body === 'bytes' ? BinaryBody : endpoint.body;
  return {
    summary: endpoint.summary,
    ...parts,
    ...(endpoint.body === 'bytes' ? { consumes: ['application/octet-stream'] } : {}),
    ...(endpoint.auth === 'service-key' ? { security: [{ serviceKey: [] }] } : {}),
    response: responseSchemas(endpoint),
  };
};

/**
 * Adds the route of a contract: path, schemas and success status come from `endpoint`, the answer from `handler`.
 * Who may call it is decided by `guards`; an endpoint that is not public cannot be mounted without one.
 */
export const mountEndpoint = <const E extends EndpointShape>(
  app: ServiceApp,
  endpoint: E,
  handler: EndpointHandler<E>,
  options: MountOptions = {},
): void => {
  const guards = options.guards ?? [];
  if (endpoint.auth !== 'public' && guards.length === 0) {
    throw new Error(`${endpoint.method} ${endpoint.path} needs a guard that checks its ${endpoint.auth}`);
  }
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: fastifySchema(endpoint),
    preHandler: [...guards],
    ...(options.bodyLimitBytes === undefined ? {} : { bodyLimit: options.bodyLimitBytes }),
    handler: async (request, reply) => {
      const { params, query, headers, body } = request;
      const output = await handler({ params, query, headers, body } as EndpointInput<E>, { request, reply });
      reply.code(endpoint.status);
      return endpoint.response === 'empty' ? reply.send() : reply.send(output);
    },
  });
};
