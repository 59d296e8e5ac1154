import type { EndpointGuards, ServiceApp } from '@openrecognize/service-kit';
import type { AdministrationBackend } from '../ports/administration-backend.ts';
import type { TargetPolicy } from '../webhooks/target-policy.ts';
import type { WebhookSecrets } from '../webhooks/webhook-secrets.ts';

export interface AdministrationDependencies {
  readonly app: ServiceApp;
  /** The guard of the administration stands for `secret-key`: it takes operators' sessions as well. */
  readonly guards: EndpointGuards;
  readonly backend: AdministrationBackend;
  readonly secrets: WebhookSecrets;
  readonly targets: TargetPolicy;
  readonly sessionSeconds: number;
  readonly sessionIdleSeconds: number;
  /** Base URLs by name of service. */
  readonly services: Readonly<Record<string, string>>;
}
