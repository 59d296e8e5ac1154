import {
  nodePersistenceAdministrationEndpoints,
  nodePersistenceWebhookEndpoints,
  readDeviceStock,
  readTenant,
  resolveApiKey,
} from '@openrecognize/contracts';
import type { PortOf } from './backend-port.ts';

/** What the administration asks of node-persistence. */
export const administrationPersistenceEndpoints = {
  ...nodePersistenceAdministrationEndpoints,
  ...nodePersistenceWebhookEndpoints,
  readTenant,
  resolveApiKey,
} as const;

/** What it asks of the core-daemon. */
export const administrationDaemonEndpoints = { readDeviceStock } as const;

/** One method for each endpoint; each throws the `RecognizeError`s its endpoint lists, and 5xx codes. */
export type AdministrationBackend = PortOf<
  typeof administrationPersistenceEndpoints & typeof administrationDaemonEndpoints
>;
