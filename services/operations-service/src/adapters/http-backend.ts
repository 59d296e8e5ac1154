import type { HttpClient } from '@openrecognize/clients';
import { listDevices, listUsers, readJwks, readTenant, resolveApiKey } from '@openrecognize/contracts';
import type { Backend } from '../ports/backend.ts';
import { createHttpServerApiBackend } from './http-server-api-backend.ts';
import { callInner } from './inner-calls.ts';

export interface BackendClients {
  readonly coreDaemon: HttpClient;
  readonly nodePersistence: HttpClient;
  readonly authVault: HttpClient;
}

export const createHttpBackend = ({ coreDaemon, nodePersistence, authVault }: BackendClients): Backend => ({
  serverApi: createHttpServerApiBackend({ coreDaemon, nodePersistence }),
  resolveApiKey: (keySha256, context) =>
    callInner(nodePersistence, resolveApiKey, { body: { keySha256 } }, context),
  readTenant: (customer, context) =>
    callInner(nodePersistence, readTenant, { params: { customer } }, context),
  listDevices: (tenantId, userId, context) =>
    callInner(nodePersistence, listDevices, { params: { userId }, query: { tenantId } }, context),
  listUsers: (query, context) => callInner(nodePersistence, listUsers, { query }, context),
  readJwks: (context) => callInner(authVault, readJwks, {}, context),
});
