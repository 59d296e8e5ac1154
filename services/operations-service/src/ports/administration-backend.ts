import {
  type EndpointInput,
  type EndpointOutput,
  type EndpointShape,
  nodePersistenceAdministrationEndpoints,
  nodePersistenceWebhookEndpoints,
  readDeviceStock,
  readTenant,
  resolveApiKey,
} from '@openrecognize/contracts';
import type { BackendContext } from './backend.ts';

/** What the administration asks of node-persistence. */
export const administrationPersistenceEndpoints = {
  ...nodePersistenceAdministrationEndpoints,
  ...nodePersistenceWebhookEndpoints,
  readTenant,
  resolveApiKey,
} as const;

/** What it asks of the core-daemon. */
export const administrationDaemonEndpoints = { readDeviceStock } as const;

type PortOf<Endpoints extends Readonly<Record<string, EndpointShape>>> = {
  readonly [Name in keyof Endpoints]: (
    input: EndpointInput<Endpoints[Name]>,
    context: BackendContext,
  ) => Promise<EndpointOutput<Endpoints[Name]>>;
};

/** One method for each endpoint; each throws the `RecognizeError`s its endpoint lists, and 5xx codes. */
export type AdministrationBackend = PortOf<
  typeof administrationPersistenceEndpoints & typeof administrationDaemonEndpoints
>;
