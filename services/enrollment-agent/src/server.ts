import { FilterTriggered, RecognizeError } from '@openrecognize/contracts';
import {
  createConcurrencyLimit,
  observeConcurrency,
  type ServiceApp,
  type ServiceMetrics,
} from '@openrecognize/service-kit';
import type { ClientTools } from '@openrecognize/zkb/client';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { FilterRefusal } from './filter-refusal.ts';
import { isImageContentType } from './image-intake.ts';
import type { CoreDaemon } from './ports/core-daemon.ts';
import type { ImageAnalyzer } from './ports/image-analyzer.ts';
import { registerEnrollOffline } from './routes/enroll-offline.ts';
import { registerEnrollOnline } from './routes/enroll-online.ts';
import { registerHealthCheck } from './routes/health-check.ts';

export interface AgentOptions {
  readonly analyzer: ImageAnalyzer;
  readonly tools: ClientTools;
  /** Undefined without online mode. */
  readonly coreDaemon?: CoreDaemon | undefined;
  /** Circuits of an enrollment, 1..100. */
  readonly circuitCount: number;
  /** Photos worked on at a time. */
  readonly maxConcurrency: number;
  readonly metrics?: ServiceMetrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whatever a caller sends, its bytes decide; but what does not even claim to be a photo is refused. */
const acceptPhotos = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (isImageContentType(request.headers['content-type'] ?? '')) {
      const bytes = body as Buffer;
      done(null, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } else {
      done(new RecognizeError('IMAGE_FORMAT_INVALID', { details: { reason: 'content type' } }));
    }
  });
  // A request without a body is one with an empty photo, and told so.
  app.addHook('preValidation', async (request) => {
    request.body ??= new Uint8Array(0);
  });
};

const answerRefusals = (app: FastifyInstance): void => {
  app.addHook('onRoute', (route: RouteOptions) => {
    const response = route.schema?.response as Record<string, unknown> | undefined;
    if (response && route.method === 'POST') {
      response['422'] = { description: 'A quality filter refused the photo', ...FilterTriggered };
    }
  });
  app.setErrorHandler((error, request, reply) => {
    // All other errors go on to the handler of the service frame.
    if (!(error instanceof FilterRefusal)) throw error;
    request.log.info({ code: 'FILTER_TRIGGERED', status: 422 }, 'request refused');
    return reply.code(422).send(error.answer);
  });
};

/** Mounts the agent on a service frame. */
export const mountAgent = async (app: ServiceApp, options: AgentOptions): Promise<void> => {
  registerHealthCheck(app);
  const { analyzer, tools, circuitCount, now, coreDaemon } = options;
  const limit = createConcurrencyLimit(options.maxConcurrency);
  if (options.metrics) observeConcurrency(options.metrics, 'photo', limit);
  await app.register(async (photos) => {
    acceptPhotos(photos);
    answerRefusals(photos);
    const dependencies = { app: photos, limit, analyzer, tools, coreDaemon, circuitCount, now };
    registerEnrollOffline(dependencies);
    registerEnrollOnline(dependencies);
  });
};
