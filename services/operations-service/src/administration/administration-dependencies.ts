import type { AddressedRequest, EndpointGuards, ServiceApp } from '@openrecognize/service-kit';
import type { AdministrationBackend } from '../ports/administration-backend.ts';
import type { TargetPolicy } from '../webhooks/target-policy.ts';
import type { WebhookSecrets } from '../webhooks/webhook-secrets.ts';

export interface AdministrationDependencies {
  readonly app: ServiceApp;
  readonly guards: EndpointGuards;
  readonly backend: AdministrationBackend;
  readonly secrets: WebhookSecrets;
  readonly targets: TargetPolicy;
  readonly sessionSeconds: number;
  readonly sessionIdleSeconds: number;
  /** Where a request comes from, for the limit of sign-ins. */
  readonly clientAddress: (request: AddressedRequest) => string;
  /** Takes settings that name a key set at an http address. */
  readonly jwksAllowHttp: boolean;
  /** Base URLs by name of service. */
  readonly services: Readonly<Record<string, string>>;
}
