import type { HttpClient } from '@openrecognize/clients';
import {
  type ServerApiBackend,
  usedDaemonEndpoints,
  usedPersistenceEndpoints,
} from '../ports/server-api-backend.ts';
import { createInnerPort } from './inner-calls.ts';

/** The services behind the server API, over HTTP. */
export const createHttpServerApiBackend = (clients: {
  readonly coreDaemon: HttpClient;
  readonly nodePersistence: HttpClient;
}): ServerApiBackend => ({
  ...createInnerPort(clients.nodePersistence, usedPersistenceEndpoints),
  ...createInnerPort(clients.coreDaemon, usedDaemonEndpoints),
});
