import {
  nodePersistenceAdministrationEndpoints as administration,
  coreDaemonServerApiEndpoints as daemon,
  nodePersistenceServerApiEndpoints as persistence,
} from '@openrecognize/contracts';
import type { PortOf } from './backend-port.ts';

/** What the server API asks of node-persistence. */
export const usedPersistenceEndpoints = {
  deleteStoredUser: administration.deleteStoredUser,
  deleteStoredDevice: administration.deleteStoredDevice,
  createExternalUser: persistence.createExternalUser,
  changeExternalUser: persistence.changeExternalUser,
  removeExternalUser: persistence.removeExternalUser,
  readExternalUser: persistence.readExternalUser,
  listRecentAuthentications: persistence.listRecentAuthentications,
  createPendingOperation: persistence.createPendingOperation,
  listPendingOperations: persistence.listPendingOperations,
  readOperation: persistence.readOperation,
} as const;

/** What it asks of the core-daemon. */
export const usedDaemonEndpoints = {
  storeUncommittedUser: daemon.storeUncommittedUser,
  commitStoredUser: daemon.commitStoredUser,
} as const;

/**
 * One method for each endpoint behind the server API. Each throws the `RecognizeError`s its endpoint lists,
 * BAD_REQUEST for a text that can't be stored, and 5xx codes.
 */
export type ServerApiBackend = PortOf<typeof usedPersistenceEndpoints & typeof usedDaemonEndpoints>;
