import type { EndpointAuth, EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { TSchema } from 'typebox';
import { BinaryBody } from './validation.ts';

/** What a handler may know of the request beside its typed input. */
export interface EndpointContext {
  readonly requestId: string;
  readonly log: FastifyRequest['log'];
  /** The raw request, for what guards attached to it. */
  readonly request: FastifyRequest;
}

export type EndpointHandler<E extends EndpointShape> = (
  input: EndpointInput<E>,
  context: EndpointContext,
) => Promise<EndpointOutput<E>>;

/** One guard for each credential an endpoint of the service may ask for; it throws to refuse. */
export type EndpointGuards = Partial<Record<Exclude<EndpointAuth, 'public'>, onRequestAsyncHookHandler>>;

export interface EndpointOptions {
  /** Largest body in bytes of this endpoint; the service's limit by default. */
  readonly bodyLimitBytes?: number;
}

const securityOf: Record<EndpointAuth, readonly Record<string, readonly string[]>[]> = {
  public: [],
  'mobile-key': [{ apiKey: [] }],
  'secret-key': [{ apiKey: [] }],
  operator: [{ operatorSession: [] }, { apiKey: [] }],
  'service-key': [{ serviceKey: [] }],
};

const responseOf = ({ response }: EndpointShape): object => {
  if (response === 'empty') return { type: 'null', description: 'No content' };
  if (response !== 'bytes') return response;
  const content = { 'application/octet-stream': { schema: BinaryBody } };
  return { description: 'Raw bytes', content };
};

const schemaOf = (endpoint: EndpointShape): object => {
  const parts: Record<string, TSchema> = {};
  if (endpoint.params) parts['params'] = endpoint.params;
  if (endpoint.query) parts['querystring'] = endpoint.query;
  if (endpoint.headers) parts['headers'] = endpoint.headers;
  if (endpoint.body) parts['body'] = endpoint.body === 'bytes' ? BinaryBody : endpoint.body;
  return {
    summary: endpoint.summary,
    security: securityOf[endpoint.auth],
    ...parts,
    ...(endpoint.body === 'bytes' ? { consumes: ['application/octet-stream'] } : {}),
    response: { [endpoint.status]: responseOf(endpoint) },
  };
};

/**
 * Mounts one contract endpoint: path, schemas, credential and success status come from the contract; the handler
 * turns typed input into typed output or throws a `RecognizeError`.
 *
 * @throws Error at start when the service has no guard for the endpoint's credential.
 */
export const registerEndpoint = <E extends EndpointShape>(
  app: FastifyInstance,
  guards: EndpointGuards,
  endpoint: E,
  handler: EndpointHandler<E>,
  options: EndpointOptions = {},
): void => {
  const guard = endpoint.auth === 'public' ? undefined : guards[endpoint.auth];
  if (endpoint.auth !== 'public' && !guard) {
    throw new Error(`${endpoint.method} ${endpoint.path} needs a guard that checks its ${endpoint.auth}`);
  }
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: schemaOf(endpoint),
    ...(options.bodyLimitBytes === undefined ? {} : { bodyLimit: options.bodyLimitBytes }),
    // Before the body is read or validated: a stranger learns nothing about either.
    ...(guard ? { onRequest: guard } : {}),
    handler: async (request, reply) => {
      const { params, query, headers, body } = request;
      const input = { params, query, headers, body } as EndpointInput<E>;
      const output = await handler(input, { requestId: request.id, log: request.log, request });
      reply.code(endpoint.status);
      return endpoint.response === 'empty' ? reply.send() : reply.send(output);
    },
  });
};
