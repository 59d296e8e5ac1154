import { nodePersistenceServerApiEndpoints as endpoints } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { createPendingOperation } from '../commands/create-pending-operation.ts';
import { deleteDevice } from '../commands/delete-device.ts';
import { listPendingOperations } from '../commands/list-pending-operations.ts';
import { listRecentAuthentications } from '../commands/list-recent-authentications.ts';
import { readExternalUser } from '../commands/read-external-user.ts';
import { readOperation } from '../commands/read-operation.ts';
import { readUncommittedUser } from '../commands/read-uncommitted-user.ts';
import { removeExternalUser } from '../commands/remove-external-user.ts';
import { changeExternalUser, createExternalUser } from '../commands/set-external-user.ts';
import type { MountRoute } from './mount-route.ts';

const externalUsers: MountRoute = (app, guards, context) => {
  registerEndpoint(app, guards, endpoints.createExternalUser, ({ params, body }) =>
    createExternalUser(context, { ...params, ...body }),
  );
  registerEndpoint(app, guards, endpoints.changeExternalUser, ({ params, body }) =>
    changeExternalUser(context, { ...params, ...body }),
  );
  registerEndpoint(app, guards, endpoints.removeExternalUser, ({ body }) =>
    removeExternalUser(context, body.tenantId, body.externalUserId, body.act),
  );
  registerEndpoint(app, guards, endpoints.readExternalUser, ({ body }) =>
    readExternalUser(context, body.tenantId, body.externalUserId),
  );
};

const operations: MountRoute = (app, guards, context) => {
  registerEndpoint(app, guards, endpoints.listRecentAuthentications, ({ body }) =>
    listRecentAuthentications(context, body),
  );
  registerEndpoint(app, guards, endpoints.createPendingOperation, ({ params, body }) =>
    createPendingOperation(context, params.userId, body),
  );
  registerEndpoint(app, guards, endpoints.listPendingOperations, ({ params, query }) =>
    listPendingOperations(context, query.tenantId, params.userId, query.page, query.size),
  );
  registerEndpoint(app, guards, endpoints.readOperation, ({ body }) =>
    readOperation(context, body.tenantId, body.operationId),
  );
};

const devices: MountRoute = (app, guards, context) => {
  registerEndpoint(app, guards, endpoints.deleteDevice, ({ params, query }) =>
    deleteDevice(context, query.tenantId, params.userId, params.deviceId),
  );
  registerEndpoint(app, guards, endpoints.readUncommittedUser, ({ params, query }) =>
    readUncommittedUser(context, query.tenantId, params.userId),
  );
};

/** What the server API of integrators asks for. */
export const mountServerApiRoutes: MountRoute = (app, guards, context) => {
  for (const mount of [externalUsers, operations, devices]) mount(app, guards, context);
};
