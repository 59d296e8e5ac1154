import {
  createOperator,
  listAuditEntries,
  listOperators,
  RecognizeError,
  updateOperator,
  verifyAuditTrail,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { FastifyRequest } from 'fastify';
import type { AdministrationDependencies } from './administration-dependencies.ts';
import { actOf, administeredTenant, administratorOf, boundTenant } from './administrator.ts';

const DEFAULT_PAGE = 50;

/** @throws RecognizeError FORBIDDEN when someone of one tenant asks for the trail of the installation */
const auditChain = (request: FastifyRequest, scope: 'tenant' | 'installation' = 'tenant') => {
  if (scope === 'tenant') return { tenantId: administeredTenant(request).tenantId };
  if (administratorOf(request).boundTenantId !== undefined) throw new RecognizeError('FORBIDDEN');
  return {};
};

export const registerOperatorRoutes = ({ app, guards, backend }: AdministrationDependencies): void => {
  registerEndpoint(app, guards, listOperators, (_input, { request, requestId }) =>
    backend.listStoredOperators({ query: boundTenant(request) }, { requestId }),
  );
  registerEndpoint(app, guards, createOperator, async ({ body }, context) => {
    const { request, requestId } = context;
    const { customer, ...operator } = body;
    let tenant = boundTenant(request);
    if (customer !== undefined) {
      const { tenantId } = await backend.readTenant({ params: { customer } }, { requestId });
      if (tenant.tenantId !== undefined && tenant.tenantId !== tenantId)
        throw new RecognizeError('FORBIDDEN');
      tenant = { tenantId };
    }
    return backend.addOperator({ body: { act: actOf(context), ...operator, ...tenant } }, { requestId });
  });
  registerEndpoint(app, guards, updateOperator, ({ params, body }, context) =>
    backend.changeOperator(
      { params, body: { act: actOf(context), changes: body, ...boundTenant(context.request) } },
      context,
    ),
  );
  registerEndpoint(app, guards, listAuditEntries, async ({ query }, { request, requestId }) => {
    const { scope, limit = DEFAULT_PAGE, ...page } = query;
    const chain = auditChain(request, scope);
    return backend.listStoredAuditEntries({ query: { ...chain, ...page, limit } }, { requestId });
  });
  registerEndpoint(app, guards, verifyAuditTrail, async ({ query }, { request, requestId }) =>
    backend.verifyStoredAuditTrail({ query: auditChain(request, query.scope) }, { requestId }),
  );
};
