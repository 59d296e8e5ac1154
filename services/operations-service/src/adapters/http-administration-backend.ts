import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import type { EndpointInput, EndpointShape } from '@openrecognize/contracts';
import {
  type AdministrationBackend,
  administrationDaemonEndpoints,
  administrationPersistenceEndpoints,
} from '../ports/administration-backend.ts';
import type { BackendContext } from '../ports/backend.ts';

const methodsOf = (http: HttpClient, endpoints: Readonly<Record<string, EndpointShape>>) =>
  Object.entries(endpoints).map(
    ([name, endpoint]) =>
      [
        name,
        (input: EndpointInput<EndpointShape>, { requestId }: BackendContext) =>
          callEndpoint(http, endpoint, input, { requestId }),
      ] as const,
  );

/** The services behind the administration, over HTTP. */
export const createHttpAdministrationBackend = (clients: {
  readonly coreDaemon: HttpClient;
  readonly nodePersistence: HttpClient;
}): AdministrationBackend =>
  // The type says for each endpoint what the loop does for all of them.
  Object.fromEntries([
    ...methodsOf(clients.nodePersistence, administrationPersistenceEndpoints),
    ...methodsOf(clients.coreDaemon, administrationDaemonEndpoints),
  ]) as unknown as AdministrationBackend;
