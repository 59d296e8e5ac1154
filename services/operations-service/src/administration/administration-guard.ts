import { createHash } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import { createApiKeyGuard, TENANT_HEADER, tenantOf } from '@openrecognize/service-kit';
import type { FastifyRequest } from 'fastify';
import { keyActorOf } from '../commands/act-of-key.ts';
import type { AdministrationBackend } from '../ports/administration-backend.ts';
import type { Administrator, OperatorSession } from './administrator.ts';

export interface AdministrationGuardOptions {
  readonly backend: Pick<AdministrationBackend, 'resolveApiKey' | 'resolveOperatorSession'>;
  readonly apiKeyCacheSeconds: number;
  readonly sessionIdleSeconds: number;
  readonly now: () => number;
}

const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/i;
const READING = new Set(['GET', 'HEAD']);
/** A viewer may end its own session. */
const SIGN_OUT = '/v2/admin/session';

/** The hash under which a session is stored. */
export const sessionHashOf = (token: string): string =>
  createHash('sha256').update(token, 'utf8').digest('base64');

const chosenTenant = ({ operator, tenants }: OperatorSession, named: unknown): Administrator['tenant'] => {
  if (typeof named !== 'string') return tenants.length === 1 ? tenants[0] : undefined;
  const tenant = tenants.find(({ customer }) => customer === named);
  if (tenant !== undefined) return tenant;
  throw new RecognizeError(operator.customer === undefined ? 'CUSTOMER_NOT_FOUND' : 'FORBIDDEN');
};

const operatorOf = async (
  { backend, sessionIdleSeconds }: AdministrationGuardOptions,
  request: FastifyRequest,
  token: string,
): Promise<Administrator> => {
  const tokenSha256 = sessionHashOf(token);
  const session = await backend.resolveOperatorSession(
    { body: { tokenSha256, idleTimeoutSeconds: sessionIdleSeconds } },
    { requestId: request.id },
  );
  const { operator, tenants, expiresAtMs } = session;
  return {
    actor: { kind: 'operator', id: operator.operatorId, name: operator.name },
    role: operator.role,
    tenant: chosenTenant(session, request.headers[TENANT_HEADER]),
    customers: tenants.map(({ customer }) => customer),
    boundTenantId: operator.customer === undefined ? undefined : tenants[0]?.tenantId,
    session: { tokenSha256, expiresAtMs },
  };
};

/**
 * Hook that lets through secret API keys, as admin of their tenant, and sessions of operators, and puts the
 * administrator on the request. Viewers may read.
 *
 * @throws RecognizeError API_KEY_MISSING, API_KEY_INVALID, API_KEY_WRONG_KIND, OPERATOR_SESSION_INVALID, FORBIDDEN,
 * CUSTOMER_NOT_FOUND; from the returned guard
 */
export const createAdministrationGuard = (
  options: AdministrationGuardOptions,
): ((request: FastifyRequest) => Promise<void>) => {
  const keyGuard = createApiKeyGuard({
    resolve: (keySha256, context) => options.backend.resolveApiKey({ body: { keySha256 } }, context),
    requiredKind: 'secret',
    cacheSeconds: options.apiKeyCacheSeconds,
    now: options.now,
  });
  const keyHolder = async (request: FastifyRequest): Promise<Administrator> => {
    await keyGuard(request);
    const tenant = tenantOf(request);
    return {
      actor: keyActorOf(request.headers),
      role: 'admin',
      tenant,
      customers: [tenant.customer],
      boundTenantId: tenant.tenantId,
      session: undefined,
    };
  };
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      request.administrator = await keyHolder(request);
      return;
    }
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw new RecognizeError('OPERATOR_SESSION_INVALID');
    const operator = await operatorOf(options, request, token);
    const mayChange = operator.role === 'admin' || request.routeOptions.url === SIGN_OUT;
    if (!mayChange && !READING.has(request.method)) throw new RecognizeError('FORBIDDEN');
    request.administrator = operator;
  };
};
