import type { EndpointAuth, EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';
import type { FastifyInstance, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { TSchema } from 'typebox';

/** What a handler may know of the request beside its typed input. */
export interface EndpointContext {
  readonly requestId: string;
  readonly log: FastifyRequest['log'];
  /** The raw request, for guards that attach to it; handlers seldom need it. */
  readonly request: FastifyRequest;
}

export type EndpointHandler<E extends EndpointShape> = (
  input: EndpointInput<E>,
  context: EndpointContext,
) => Promise<EndpointOutput<E>>;

/** One guard for each credential an endpoint of the service may ask for. */
export type EndpointGuards = Partial<Record<Exclude<EndpointAuth, 'public'>, preHandlerAsyncHookHandler>>;

const securityOf: Record<EndpointAuth, readonly Record<string, readonly string[]>[]> = {
  public: [],
  'mobile-key': [{ apiKey: [] }],
  'secret-key': [{ apiKey: [] }],
  'service-key': [{ serviceKey: [] }],
};

const schemaOf = (endpoint: EndpointShape): Record<string, unknown> => {
  const schema: Record<string, unknown> = {
    summary: endpoint.summary,
    security: securityOf[endpoint.auth],
    response: {
      [endpoint.status]:
        endpoint.response === 'bytes'
          ? {
              description: 'raw bytes',
              content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
            }
          : endpoint.response === 'empty'
            ? { type: 'null', description: 'nothing' }
            : { description: 'success', ...(endpoint.response as TSchema) },
    },
  };
  if (endpoint.params) schema['params'] = endpoint.params;
  if (endpoint.query) schema['querystring'] = endpoint.query;
  if (endpoint.headers) schema['headers'] = endpoint.headers;
  if (endpoint.body === 'bytes') schema['consumes'] = ['application/octet-stream'];
  else if (endpoint.body) schema['body'] = endpoint.body;
  return schema;
};

/**
 * Mounts one contract endpoint: validation, documentation, credential guard and success status all come from the
 * contract, the handler only turns typed input into typed output or throws a `RecognizeError`.
 *
 * @throws Error at start when the service has no guard for the endpoint's credential.
 */
export const registerEndpoint = <E extends EndpointShape>(
  app: FastifyInstance,
  guards: EndpointGuards,
  endpoint: E,
  handler: EndpointHandler<E>,
): void => {
  const guard = endpoint.auth === 'public' ? undefined : guards[endpoint.auth];
  if (endpoint.auth !== 'public' && !guard)
    throw new Error(`no guard for ${endpoint.auth} (${endpoint.path})`);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: schemaOf(endpoint),
    // Credentials are checked before the body is read or validated: a stranger learns nothing about either.
    ...(guard ? { onRequest: guard } : {}),
    handler: async (request, reply) => {
      const input = {
        params: request.params,
        query: request.query,
        headers: request.headers,
        body: request.body,
      } as EndpointInput<E>;
      const output = await handler(input, { requestId: request.id, log: request.log, request });
      reply.code(endpoint.status);
      if (endpoint.response === 'empty') return reply.send();
      if (endpoint.response === 'bytes') {
        return reply.type('application/octet-stream').send(Buffer.from(output as Uint8Array));
      }
      return reply.send(output);
    },
  });
};
