import {
  nodePersistenceEndpoints as all,
  nodePersistenceServerApiEndpoints as serverApi,
} from '@openrecognize/contracts';
import type { ServicePort } from './service-port.ts';

/** What the daemon uses of node-persistence. */
export const usedNodePersistenceEndpoints = {
  readTenant: all.readTenant,
  resolveApiKey: all.resolveApiKey,
  openEnrollment: all.openEnrollment,
  readEnrollment: all.readEnrollment,
  commitOpenEnrollment: all.commitOpenEnrollment,
  checkDevice: all.checkDevice,
  startAttempt: all.startAttempt,
  finishAttempt: all.finishAttempt,
  deleteUser: all.deleteUser,
  deleteDevice: serverApi.deleteDevice,
  readUncommittedUser: serverApi.readUncommittedUser,
  listCircuitPurges: all.listCircuitPurges,
  finishCircuitPurge: all.finishCircuitPurge,
} as const;

export type NodePersistence = ServicePort<typeof usedNodePersistenceEndpoints>;
