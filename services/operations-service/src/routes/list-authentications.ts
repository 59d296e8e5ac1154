import { listExternalUserAuthentications, listUserAuthentications } from '@openrecognize/contracts';
import { type EndpointContext, registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { authenticationPage } from './authentication-page.ts';
import type { RouteDependencies } from './route-dependencies.ts';

const defaultPageSize = 20;

interface Query {
  readonly operationId?: string;
  readonly page?: number;
  readonly size?: number;
}

export const registerListAuthentications = ({ app, guards, backend }: RouteDependencies): void => {
  const pageOf = async (
    of: { userId: string } | { externalUserId: string },
    { operationId, page = 0, size = defaultPageSize }: Query,
    context: EndpointContext,
  ) => {
    const { tenantId } = tenantOf(context.request);
    const filter = operationId === undefined ? {} : { operationId };
    const body = { tenantId, of, ...filter, page, size };
    return authenticationPage(
      await backend.serverApi.listRecentAuthentications({ body }, context),
      page,
      size,
    );
  };
  registerEndpoint(app, guards, listUserAuthentications, ({ params, query }, context) =>
    pageOf({ userId: params.userId }, query, context),
  );
  registerEndpoint(app, guards, listExternalUserAuthentications, ({ params, query }, context) =>
    pageOf({ externalUserId: params.externalUserId }, query, context),
  );
};
