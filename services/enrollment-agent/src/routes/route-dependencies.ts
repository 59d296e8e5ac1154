import type { ConcurrencyLimit } from '@openrecognize/service-kit';
import type { ClientTools } from '@openrecognize/zkb/client';
import type { FastifyInstance } from 'fastify';
import type { CoreDaemon } from '../ports/core-daemon.ts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';

export interface RouteDependencies {
  /** Has the body parser and the error handler of photos. */
  readonly app: FastifyInstance;
  readonly limit: ConcurrencyLimit;
  readonly analyzer: ImageAnalyzer;
  readonly tools: ClientTools;
  /** Undefined without online mode. */
  readonly coreDaemon: CoreDaemon | undefined;
  readonly circuitCount: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
