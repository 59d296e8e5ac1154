import type { ConcurrencyLimit, EndpointGuards } from '@openrecognize/service-kit';
import type { ClientTools } from '@openrecognize/zkb/client';
import type { FastifyInstance } from 'fastify';
import type { Backend } from '../ports/backend.ts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';
import type { UserAuthorization } from '../user-authorization/index.ts';

export interface RouteDependencies {
  readonly app: FastifyInstance;
  readonly guards: EndpointGuards;
  readonly limit: ConcurrencyLimit;
  readonly backend: Backend;
  readonly analyzer: ImageAnalyzer;
  readonly tools: ClientTools;
  readonly imageKeys: ImageKeyStore;
  readonly wrappingKeys: WrappingKeyStore;
  readonly userAuthorization: UserAuthorization;
  readonly circuitCount: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
