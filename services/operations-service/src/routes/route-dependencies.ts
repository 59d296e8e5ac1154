import type { EndpointGuards, ServiceApp } from '@openrecognize/service-kit';
import type { SigningKeys } from '../commands/signing-keys.ts';
import type { Backend } from '../ports/backend.ts';

export interface RouteDependencies {
  readonly app: ServiceApp;
  readonly guards: EndpointGuards;
  readonly backend: Backend;
  readonly keys: SigningKeys;
  /** Name of this installation, as operations show it. */
  readonly nodeId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
