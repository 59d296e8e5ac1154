import { type EndpointShape, isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DashboardDependencies } from './dashboard-dependencies.ts';

const CUSTOMER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

interface ForwardedParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly json?: unknown;
}

/** The tenant the page chose; a name that can be none is not passed on. */
const tenantOf = (request: FastifyRequest): string | undefined => {
  const tenant = request.headers['x-tenant'];
  return typeof tenant === 'string' && CUSTOMER_NAME.test(tenant) ? tenant : undefined;
};

/**
 * Calls the operations-service with the session of the cookie. A session it does not accept any more takes the cookie
 * with it.
 *
 * @throws RecognizeError OPERATOR_SESSION_INVALID without a session, and what the service answers
 */
export const forwardCall = async (
  { operations, cookie, sessions, clientAddress }: DashboardDependencies,
  endpoint: EndpointShape,
  parts: ForwardedParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const token = cookie.read(request.headers.cookie);
  if (token === undefined) throw new RecognizeError('OPERATOR_SESSION_INVALID');
  try {
    const answer = await operations.call({
      method: endpoint.method,
      path: endpoint.path,
      ...parts,
      headers: {
        authorization: `Bearer ${token}`,
        'x-tenant': tenantOf(request),
        'x-forwarded-for': clientAddress(request.raw),
      },
      response: endpoint.response,
      idempotent: endpoint.idempotent,
      requestId: request.id,
    });
    sessions.note(token);
    return answer;
  } catch (error) {
    if (isRecognizeError(error) && error.code === 'OPERATOR_SESSION_INVALID') {
      sessions.forget(token);
      reply.header('set-cookie', cookie.clear());
    }
    throw error;
  }
};
