import type { HttpClient } from '@openrecognize/clients';
import {
  type AdministrationBackend,
  administrationDaemonEndpoints,
  administrationPersistenceEndpoints,
} from '../ports/administration-backend.ts';
import { createInnerPort } from './inner-calls.ts';

/** The services behind the administration, over HTTP. */
export const createHttpAdministrationBackend = (clients: {
  readonly coreDaemon: HttpClient;
  readonly nodePersistence: HttpClient;
}): AdministrationBackend => ({
  ...createInnerPort(clients.nodePersistence, administrationPersistenceEndpoints),
  ...createInnerPort(clients.coreDaemon, administrationDaemonEndpoints),
});
