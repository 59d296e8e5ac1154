import {
  type AdministrativeAct,
  type EndpointOutput,
  RecognizeError,
  type resolveOperatorSession,
} from '@openrecognize/contracts';
import type { EndpointContext } from '@openrecognize/service-kit';
import type { FastifyRequest } from 'fastify';

export type OperatorSession = EndpointOutput<typeof resolveOperatorSession>;
type Tenant = OperatorSession['tenants'][number];

/** Who calls the administration, as its guard found out. */
export interface Administrator {
  readonly actor: AdministrativeAct['actor'] & { readonly kind: 'operator' | 'api-key' };
  readonly role: 'viewer' | 'admin';
  /** The tenant the request is about; undefined: it names none and there are several. */
  readonly tenant: Tenant | undefined;
  /** Tenants it may name. */
  readonly customers: readonly string[];
  /** The one tenant it is bound to; undefined: an operator of the installation. */
  readonly boundTenantId: number | undefined;
  readonly session: { readonly tokenSha256: string; readonly expiresAtMs: number } | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of the administration; read it through `administratorOf`. */
    administrator?: Administrator;
  }
}

/** @throws RecognizeError INTERNAL_ERROR when the route has no guard */
export const administratorOf = (request: FastifyRequest): Administrator => {
  if (request.administrator === undefined) {
    throw new RecognizeError('INTERNAL_ERROR', { cause: new Error('route without an administration guard') });
  }
  return request.administrator;
};

/** The tenant the request is about. @throws RecognizeError BAD_REQUEST when an operator has to name one */
export const administeredTenant = (request: FastifyRequest): Tenant => {
  const { tenant } = administratorOf(request);
  if (tenant === undefined) throw new RecognizeError('BAD_REQUEST', { details: { header: 'x-tenant' } });
  return tenant;
};

/** Tenant filter for a list: whoever is bound to a tenant sees what concerns that one alone. */
export const boundTenant = (request: FastifyRequest): { tenantId?: number } => {
  const { boundTenantId } = administratorOf(request);
  return boundTenantId === undefined ? {} : { tenantId: boundTenantId };
};

/** What the audit trail says of the request. */
export const actOf = ({ request, requestId }: EndpointContext): AdministrativeAct => ({
  actor: administratorOf(request).actor,
  requestId,
});
