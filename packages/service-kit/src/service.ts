import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { RecognizeError } from '@openrecognize/contracts';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { answerClientError } from './http/client-error.ts';
import { sendError } from './http/error-mapper.ts';
import { registerOpenApi } from './http/openapi.ts';
import { registerOperationalRoutes } from './http/operational-routes.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './http/request-id.ts';
import { createRouteTable, type RouteTable } from './http/route-table.ts';
import { responseViolation, validatorCompiler } from './http/validation.ts';
import { createLogger, type LoggerOptions } from './logging/logger.ts';
import { lazyChildLogger } from './logging/request-logger.ts';
import { createReadiness, type Readiness, type ReadinessOptions } from './readiness.ts';
import { createServiceMetrics, type ServiceMetrics } from './service-metrics.ts';
import { traceRequests } from './tracing/trace-requests.ts';
import type { Tracer } from './tracing/tracer.ts';

/** The Fastify instance of a service: TypeBox schemas give its handlers their types. */
export type ServiceApp = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface ServiceOptions {
  /** Kebab-case name: label of metrics and logs, title of the API. */
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  /** Largest request body in bytes; 1 MiB by default. A route may set its own `bodyLimit`. */
  readonly bodyLimitBytes?: number;
  /** Header of a tenant's key, which the API document names; `x-api-key` by default. */
  readonly apiKeyHeader?: string;
  /** `production` leaves out the browsable API page at `/docs`. */
  readonly nodeEnv?: string;
  readonly logging?: Omit<LoggerOptions, 'service' | 'onError'>;
  readonly readiness?: Omit<ReadinessOptions, 'log'>;
  /** Made if absent. */
  readonly metrics?: ServiceMetrics;
  /** Records a span for every request, call and statement; none by default. Closed with the service. */
  readonly tracer?: Tracer | undefined;
  /** Failed starts before this one, for the metrics; none by default. */
  readonly failedStarts?: number;
}

/** Frees something the service holds, for instance a connection pool. */
export type Closer = () => Promise<void> | void;

export interface Service {
  readonly name: string;
  readonly app: ServiceApp;
  readonly log: Logger;
  readonly metrics: ServiceMetrics;
  readonly readiness: Readiness;
  /** Runs after the last request is answered, the latest added first. */
  onClose(name: string, closer: Closer): void;
  /**
   * Stops being ready, takes no more connections, waits for the requests in flight (at most `drainTimeoutMs`, 10 s
   * by default, then cuts them off) and runs the closers. A second call waits for the first.
   */
  close(drainTimeoutMs?: number): Promise<void>;
}

const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_DRAIN_TIMEOUT_MS = 10_000;
/** Longest path parameter; the longest id of the contracts is far below. */
const MAX_PARAM_CHARS = 256;
/** Longer than the idle time of our clients' pools, so that they, not we, drop an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** Longest time a client may take to send its request. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How often, while closing, connections that became idle are closed. */
const IDLE_CHECK_INTERVAL_MS = 50;

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unmatched';

const observeRequests = (
  app: ServiceApp,
  service: string,
  metrics: ServiceMetrics,
  readiness: Readiness,
): void => {
  const inFlight = metrics.httpRequestsInFlight.labels({ service });
  app.addHook('onRequest', (request, reply, done) => {
    inFlight.inc();
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Moves kept-alive clients away before their connection is closed under them.
    if (readiness.draining) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const observed = { method: request.method, route: routeOf(request), status: reply.statusCode };
    const durationMs = reply.elapsedTime;
    inFlight.dec();
    metrics.httpRequestDurationSeconds.observe(
      { service, ...observed, status: String(observed.status) },
      durationMs / 1000,
    );
    request.log.info({ ...observed, durationMs: Math.round(durationMs * 100) / 100 }, 'request');
    done();
  });
};

const checkResponses = (app: ServiceApp): void => {
  app.addHook('preSerialization', (request, reply, payload, done) => {
    const violation = responseViolation(request, reply.statusCode, payload);
    if (violation === undefined) return done(null, payload);
    const where = [violation.path, violation.rule, ...(violation.missing ?? [])].join(' ');
    const cause = new Error(`answer does not fit its schema: ${where}`);
    done(new RecognizeError('INTERNAL_ERROR', { cause }));
  });
};

const mapErrors = (app: ServiceApp, routes: RouteTable): void => {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const methods = routes.methodsOf(request.url);
    if (methods.length === 0) return sendError(new RecognizeError('NOT_FOUND'), request, reply);
    reply.header('allow', methods.join(', '));
    return sendError(new RecognizeError('METHOD_NOT_ALLOWED'), request, reply);
  });
};

const acceptBinary = (app: ServiceApp): void => {
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => {
    const bytes = body as Buffer;
    done(null, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
};

const createApp = (options: ServiceOptions, log: Logger): ServiceApp =>
  Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES,
    childLoggerFactory: (logger, bindings, loggerOptions) => lazyChildLogger(logger, bindings, loggerOptions),
    genReqId: requestIdOf,
    requestIdHeader: false,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // While draining, a kept-alive connection still gets its answer, with `connection: close`.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_CHARS },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      sendError(error, request as FastifyRequest, reply as never);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

const createShutdown = (app: ServiceApp, log: Logger, readiness: Readiness, closers: [string, Closer][]) => {
  const run = async (drainTimeoutMs: number): Promise<void> => {
    readiness.drain();
    const cutOff = setTimeout(() => {
      log.warn({ drainTimeoutMs }, 'requests still in flight are cut off');
      app.server.closeAllConnections();
    }, drainTimeoutMs);
    const closeIdle = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_INTERVAL_MS);
    try {
      await app.close();
    } finally {
      clearTimeout(cutOff);
      clearInterval(closeIdle);
    }
    for (const [name, closer] of closers.reverse()) {
      try {
        await closer();
      } catch (error) {
        log.warn({ closer: name, err: error }, 'close failed');
      }
    }
  };
  let closing: Promise<void> | undefined;
  return (drainTimeoutMs = DEFAULT_DRAIN_TIMEOUT_MS): Promise<void> => {
    closing ??= run(drainTimeoutMs);
    return closing;
  };
};

/**
 * A service frame without a socket: `/openapi.json` (and `/docs` outside production), `/health/live`,
 * `/health/ready`, `/metrics`, request ids, logs without user input, and the catalogue's errors on the wire.
 * Requests and answers are checked against the TypeBox schemas of their routes. Add routes to `app`, then listen.
 */
export const createService = async (options: ServiceOptions): Promise<Service> => {
  const metrics = options.metrics ?? createServiceMetrics();
  metrics.errorLogs.inc({ service: options.name }, 0);
  metrics.startFailures.inc({ service: options.name }, options.failedStarts ?? 0);
  const log = createLogger({
    ...options.logging,
    service: options.name,
    onError: () => metrics.errorLogs.inc({ service: options.name }),
  });
  const readiness = createReadiness({ ...options.readiness, log });
  const routes = createRouteTable();
  const app = createApp(options, log);

  app.setValidatorCompiler(validatorCompiler);
  app.addHook('onRoute', (route) => routes.add(route.method, route.url));
  traceRequests(app, options.tracer);
  observeRequests(app, options.name, metrics, readiness);
  checkResponses(app);
  mapErrors(app, routes);
  acceptBinary(app);
  await registerOpenApi(app as never, {
    title: `OpenRecognize ${options.name}`,
    version: options.version ?? '0.1.0',
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.apiKeyHeader === undefined ? {} : { apiKeyHeader: options.apiKeyHeader }),
    userInterface: options.nodeEnv !== 'production',
  });
  registerOperationalRoutes(app as never, readiness, metrics);

  const closers: [string, Closer][] = [];
  const { tracer } = options;
  if (tracer !== undefined) closers.push(['tracing', () => tracer.close()]);
  return {
    name: options.name,
    app,
    log,
    metrics,
    readiness,
    onClose(name, closer) {
      closers.push([name, closer]);
    },
    close: createShutdown(app, log, readiness, closers),
  };
};
