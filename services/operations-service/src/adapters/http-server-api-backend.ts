import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import {
  type EndpointInput,
  type EndpointShape,
  isRecognizeError,
  RecognizeError,
} from '@openrecognize/contracts';
import type { BackendContext } from '../ports/backend.ts';
import {
  type ServerApiBackend,
  usedDaemonEndpoints,
  usedPersistenceEndpoints,
} from '../ports/server-api-backend.ts';

/** A refusal that is about our own call, such as a wrong service key, is no business of the integrator. */
const isForCaller = (endpoint: EndpointShape, error: RecognizeError): boolean =>
  (error.httpStatus ?? 0) >= 500 ||
  error.code === 'BAD_REQUEST' ||
  endpoint.errors.some((code) => code === error.code);

const operation =
  (http: HttpClient, endpoint: EndpointShape) =>
  async (input: EndpointInput<EndpointShape>, { requestId }: BackendContext): Promise<unknown> => {
    try {
      return await callEndpoint(http, endpoint, input, { requestId });
    } catch (error) {
      if (!isRecognizeError(error) || isForCaller(endpoint, error)) throw error;
      throw new RecognizeError('INTERNAL_ERROR', { cause: error });
    }
  };

const operationsOf = (http: HttpClient, endpoints: Readonly<Record<string, EndpointShape>>) =>
  Object.entries(endpoints).map(([name, endpoint]) => [name, operation(http, endpoint)] as const);

/** The services behind the server API, over HTTP. */
export const createHttpServerApiBackend = (clients: {
  readonly coreDaemon: HttpClient;
  readonly nodePersistence: HttpClient;
}): ServerApiBackend =>
  // The type says for each endpoint what the loop does for all of them.
  Object.fromEntries([
    ...operationsOf(clients.nodePersistence, usedPersistenceEndpoints),
    ...operationsOf(clients.coreDaemon, usedDaemonEndpoints),
  ]) as unknown as ServerApiBackend;
