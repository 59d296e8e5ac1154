import type { HttpClient } from '@openrecognize/clients';
import type { AddressedRequest } from '@openrecognize/service-kit';
import type { KnownSessions } from './known-sessions.ts';
import type { HealthTarget } from './service-health.ts';
import type { SessionCookie } from './session-cookie.ts';

export interface DashboardDependencies {
  /** Of the operations-service, without a credential of its own. */
  readonly operations: HttpClient;
  readonly cookie: SessionCookie;
  readonly sessions: KnownSessions;
  /** Address operators type; absent: this machine only. */
  readonly publicUrl?: string | undefined;
  /** Where an operator's request comes from; told to the operations-service. */
  readonly clientAddress: (request: AddressedRequest) => string;
  readonly healthTargets: readonly HealthTarget[];
  readonly healthTimeoutMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
