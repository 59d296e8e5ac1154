import { TENANT_HEADER, tenantOf } from '@openrecognize/service-kit';
import type { FastifyRequest } from 'fastify';
import type { EnrollingCaller } from '../commands/prove-external-user.ts';

/** The caller behind a request that the API key guard let in, which takes the header of services alone with their key. */
export const enrollingCallerOf = (request: FastifyRequest): EnrollingCaller => ({
  settings: tenantOf(request).settings,
  isService: request.headers[TENANT_HEADER] !== undefined,
});
