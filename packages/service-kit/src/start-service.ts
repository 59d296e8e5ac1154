import type { AddressInfo } from 'node:net';
import { isRecognizeError } from '@openrecognize/contracts';
import type { TProperties } from 'typebox';
import { baseConfig } from './config/base-config.ts';
import {
  type ConfigDefinition,
  type ConfigOf,
  configJsonSchema,
  defineConfig,
} from './config/define-config.ts';
import { loadConfig, printableConfig } from './config/load-config.ts';
import { createLogger, type LogFormat } from './logging/logger.ts';
import { redactSecrets } from './logging/safe-error.ts';
import { createService, type Service } from './service.ts';
import { createServiceMetrics } from './service-metrics.ts';
import { readFailedStarts, recordStartFailure, TEXTFILE_DIRECTORY_VARIABLE } from './start-record.ts';
import { openTracer } from './tracing/open-tracer.ts';

/** Line every failed start logs, at level error; operators search and alert on it. */
export const START_FAILURE_MESSAGE = 'Application run failed';

/** Set to `1` by a parent that started the service with an IPC channel and wants it to end with the parent. */
export const SUPERVISED_VARIABLE = 'OPENRECOGNIZE_SUPERVISED';

/** Configuration of every service beside its own. */
export type BaseConfig = ConfigOf<ReturnType<typeof baseConfig>>;

export interface BuildContext<Properties extends TProperties> {
  readonly config: BaseConfig & ConfigOf<ConfigDefinition<Properties>>;
  readonly service: Service;
}

export interface StartServiceOptions<Properties extends TProperties> {
  /** Kebab-case name of the service. */
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  /** Port if the variable `PORT` is unset. */
  readonly defaultPort: number;
  readonly configSchema: ConfigDefinition<Properties>;
  /** Largest request body in bytes; 1 MiB by default. */
  readonly bodyLimitBytes?: number;
  /** Header of a tenant's key, which the API document names; `x-api-key` by default. */
  readonly apiKeyHeader?: string;
  /** Opens what the service needs (and hands it to `service.onClose`) and adds routes. Throwing ends the start. */
  readonly build: (context: BuildContext<Properties>) => Promise<void> | void;
}

/** Time on top of the drain for the closers, before the process ends all the same. */
const CLOSERS_TIMEOUT_MS = 5000;

const reasonOf = (error: unknown, host: string, port: number): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo') {
    if (code === 'EADDRINUSE')
      return `port ${port} on ${host} is taken by another program: stop it or set PORT`;
    if (code === 'EACCES') return `no right to listen on port ${port}: set PORT to 1024 or above`;
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      return `${host} is no address of this machine: set HOST`;
  }
  const own = isRecognizeError(error) ? error.message : `${error.name}: ${redactSecrets(error.message)}`;
  return error.cause instanceof Error ? `${own} (${redactSecrets(error.cause.message)})` : own;
};

const isPrintRequest = (): boolean => process.argv.includes('--print-config-schema');

/** Reads the variable itself: an invalid configuration is the most frequent reason for a failed start. */
const noteFailedStart = (name: string, log: Service['log']): void => {
  try {
    recordStartFailure(process.env[TEXTFILE_DIRECTORY_VARIABLE], name, Date.now());
  } catch (error) {
    log.warn({ err: error }, 'the failed start could not be counted');
  }
};

const handleSignals = (service: Service, config: BaseConfig): void => {
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    service.log.info({ why }, 'stopping');
    service.readiness.drain();
    const giveUp = setTimeout(
      () => {
        service.log.error('shutdown did not finish in time');
        process.exit(1);
      },
      config.drainDelayMs + config.drainTimeoutMs + CLOSERS_TIMEOUT_MS,
    );
    await new Promise((resolve) => setTimeout(resolve, config.drainDelayMs));
    await service.close(config.drainTimeoutMs);
    clearTimeout(giveUp);
    service.log.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  // A parent that holds an IPC channel may be killed without a chance to say so: its end closes the channel.
  if (process.channel !== undefined) process.on('disconnect', () => void stop('parent ended'));
  else if (process.env[SUPERVISED_VARIABLE] === '1') void stop('parent ended');
};

const endOnUncaught = (service: Service): void => {
  const end = (error: unknown): void => {
    service.log.fatal({ err: error }, 'uncaught error, the process ends');
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
};

/**
 * The whole life of a service process: reads and prints its configuration (secrets redacted), builds it, listens,
 * and on SIGTERM, SIGINT or the end of its parent drains and exits with 0. A start that fails logs
 * `Application run failed` with the reason and exits with 1. `--print-config-schema` prints the schema instead.
 */
export const startService = async <const Properties extends TProperties>(
  options: StartServiceOptions<Properties>,
): Promise<void> => {
  const definition = defineConfig({
    ...baseConfig(options.defaultPort).properties,
    ...options.configSchema.properties,
  });
  if (isPrintRequest()) {
    process.stdout.write(`${JSON.stringify(configJsonSchema(definition, options.name), null, 2)}\n`);
    return;
  }
  const metrics = createServiceMetrics();
  let service: Service | undefined;
  let host = '';
  let port = options.defaultPort;
  try {
    const config = loadConfig(definition, process.env) as unknown as BuildContext<Properties>['config'];
    ({ host, port } = config);
    service = await createService({
      name: options.name,
      nodeEnv: config.nodeEnv,
      metrics,
      tracer: await openTracer(options.name, process.env),
      failedStarts: readFailedStarts(config.metricsTextfileDirectory, options.name),
      logging: { format: config.logFormat, level: config.logLevel },
      ...(options.version === undefined ? {} : { version: options.version }),
      ...(options.description === undefined ? {} : { description: options.description }),
      ...(options.bodyLimitBytes === undefined ? {} : { bodyLimitBytes: options.bodyLimitBytes }),
      ...(options.apiKeyHeader === undefined ? {} : { apiKeyHeader: options.apiKeyHeader }),
    });
    endOnUncaught(service);
    handleSignals(service, config);
    service.log.info({ config: printableConfig(definition, config) }, 'configuration');
    await options.build({ config, service });
    await service.app.listen({ host, port });
    const address = service.app.server.address() as AddressInfo;
    service.log.info({ host: address.address, port: address.port }, 'listening');
  } catch (error) {
    const log =
      service?.log ?? createLogger({ service: options.name, format: process.env['LOG_FORMAT'] as LogFormat });
    noteFailedStart(options.name, log);
    log.error({ reason: reasonOf(error, host, port), err: error }, START_FAILURE_MESSAGE);
    // What the build opened is not awaited for long: the process ends either way.
    await Promise.race([service?.close(0), new Promise((resolve) => setTimeout(resolve, 1000))]);
    process.exit(1);
  }
};
