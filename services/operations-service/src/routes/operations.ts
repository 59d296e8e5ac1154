import {
  createOperation,
  limits,
  listUserPendingOperations,
  type OperationAnswer,
  type PersistedOperation,
  readOperationById,
} from '@openrecognize/contracts';
import { API_KEY_HEADER, registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { apiKeyIdOf } from '../commands/api-key-id.ts';
import type { RouteDependencies } from './route-dependencies.ts';
import { timestampOf } from './timestamp.ts';

const shownOf = ({ operationId, payload, externalUserId }: PersistedOperation) => ({
  operationId,
  ...(payload === undefined ? {} : { operationPayload: payload }),
  ...(externalUserId === undefined ? {} : { externalUserId }),
});

const answerOf = (nodeId: string, operation: PersistedOperation): OperationAnswer => {
  const { operationNo, userId, apiKeyId, state, createdAtMs, approvedAtMs } = operation;
  return {
    id: operationNo,
    timestamp: timestampOf(approvedAtMs ?? createdAtMs),
    nodeId,
    userId,
    ...(apiKeyId === undefined ? {} : { apiKey: apiKeyId }),
    ...shownOf(operation),
    ...(state === 'approved' ? { result: 'APPROVED' as const, authType: 'biom' as const } : {}),
    state,
  };
};

export const registerOperations = ({ app, guards, backend, nodeId }: RouteDependencies): void => {
  const { serverApi } = backend;
  registerEndpoint(app, guards, createOperation, async ({ params, body }, context) => {
    const { tenantId } = tenantOf(context.request);
    const { operationPayload, ...operation } = body;
    const payload = operationPayload === undefined ? {} : { payload: operationPayload };
    const apiKeyId = apiKeyIdOf(String(context.request.headers[API_KEY_HEADER]));
    const wanted = { tenantId, apiKeyId, ...operation, ...payload };
    await serverApi.createPendingOperation({ params, body: wanted }, context);
    return { success: true as const };
  });
  registerEndpoint(app, guards, listUserPendingOperations, async ({ params, query }, context) => {
    const { tenantId } = tenantOf(context.request);
    const slice = { tenantId, page: query.page ?? 0, size: query.size ?? limits.maxPageSize };
    const { operations } = await serverApi.listPendingOperations({ params, query: slice }, context);
    return operations.map(shownOf);
  });
  registerEndpoint(app, guards, readOperationById, async ({ params }, context) => {
    const { tenantId } = tenantOf(context.request);
    const operation = await serverApi.readOperation({ body: { tenantId, ...params } }, context);
    return answerOf(nodeId, operation);
  });
};
