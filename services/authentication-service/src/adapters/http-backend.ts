import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import {
  deleteUser,
  type EndpointInput,
  type EndpointOutput,
  type EndpointShape,
  findExternalUser,
  isRecognizeError,
  listDevices,
  openEnrollment,
  putClientState,
  RecognizeError,
  readClientState,
  readTenant,
  resolveApiKey,
} from '@openrecognize/contracts';
import { TENANT_HEADER } from '@openrecognize/service-kit';
import type { Backend, BackendContext } from '../ports/backend.ts';

export interface BackendClients {
  /** Both show the service key. */
  readonly coreDaemon: HttpClient;
  readonly nodePersistence: HttpClient;
}

/** A service that refuses our own key is badly configured; the caller, whose key was good, must not be blamed. */
const call = async <E extends EndpointShape>(
  http: HttpClient,
  endpoint: E,
  input: EndpointInput<E>,
  context: BackendContext,
): Promise<EndpointOutput<E>> => {
  try {
    return await callEndpoint(http, endpoint, input, context);
  } catch (error) {
    if (!isRecognizeError(error) || error.code !== 'SERVICE_KEY_INVALID') throw error;
    throw new RecognizeError('INTERNAL_ERROR', { cause: error });
  }
};

export const createHttpBackend = ({ coreDaemon, nodePersistence }: BackendClients): Backend => ({
  resolveApiKey: (keySha256, context) =>
    call(nodePersistence, resolveApiKey, { body: { keySha256 } }, context),
  readTenant: (customer, context) => call(nodePersistence, readTenant, { params: { customer } }, context),
  findUsers: async (tenantId, username, context) => {
    const body = { tenantId, externalUserId: username };
    return (await call(nodePersistence, findExternalUser, { body }, context)).userIds;
  },
  listDevices: async ({ tenantId, userId }, context) =>
    (await call(nodePersistence, listDevices, { params: { userId }, query: { tenantId } }, context)).devices,
  readClientState: async ({ tenantId, userId }, context) => {
    try {
      const input = { params: { userId }, query: { tenantId } };
      const { version, wrapped } = await call(nodePersistence, readClientState, input, context);
      return { version, wrapped: base64ToBytes(wrapped) };
    } catch (error) {
      if (isRecognizeError(error) && error.code === 'USER_NOT_FOUND') return undefined;
      throw error;
    }
  },
  putClientState: ({ tenantId, userId }, expectedVersion, wrapped, context) => {
    const body = { tenantId, expectedVersion, wrapped: bytesToBase64(wrapped) };
    return call(nodePersistence, putClientState, { params: { userId }, body }, context);
  },
  openFurtherDevice: (body, context) => call(nodePersistence, openEnrollment, { body }, context),
  deleteUser: ({ tenantId, userId }, context) =>
    call(nodePersistence, deleteUser, { params: { userId }, query: { tenantId } }, context),
  deviceTransport: (customer, context) => ({
    call: (endpoint, input) => {
      const { headers } = input as { readonly headers?: Record<string, string> };
      const asTenant = { ...(input as object), headers: { ...headers, [TENANT_HEADER]: customer } };
      return call(coreDaemon, endpoint, asTenant as typeof input, context);
    },
  }),
});
