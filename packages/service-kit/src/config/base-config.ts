import { Type } from 'typebox';
import { defineConfig } from './define-config.ts';

/** Variables every service reads. `defaultPort` is the service's own, so that all can share one machine. */
export const baseConfig = (defaultPort: number) =>
  defineConfig({
    host: Type.String({
      env: 'HOST',
      default: '127.0.0.1',
      minLength: 1,
      description: 'Address to listen on',
    }),
    port: Type.Integer({
      env: 'PORT',
      default: defaultPort,
      minimum: 0,
      maximum: 65535,
      description: 'TCP port to listen on; 0 picks a free one',
    }),
    nodeEnv: Type.String({
      env: 'NODE_ENV',
      default: 'production',
      description: 'Anything but production also serves the API page at /docs',
    }),
    logFormat: Type.Union([Type.Literal('json'), Type.Literal('human')], {
      env: 'LOG_FORMAT',
      default: 'json',
      description: 'JSON lines, or one line for people',
    }),
    logLevel: Type.Union(
      [
        Type.Literal('trace'),
        Type.Literal('debug'),
        Type.Literal('info'),
        Type.Literal('warn'),
        Type.Literal('error'),
        Type.Literal('silent'),
      ],
      { env: 'LOG_LEVEL', default: 'info', description: 'Least severe level that is logged' },
    ),
    metricsTextfileDirectory: Type.Optional(
      Type.String({
        env: 'METRICS_TEXTFILE_DIRECTORY',
        minLength: 1,
        description: 'Folder of a node exporter text file collector, where failed starts are counted',
      }),
    ),
    drainTimeoutMs: Type.Integer({
      env: 'DRAIN_TIMEOUT_MS',
      default: 10_000,
      minimum: 0,
      maximum: 600_000,
      description: 'Longest wait for requests in flight at shutdown',
    }),
    drainDelayMs: Type.Integer({
      env: 'DRAIN_DELAY_MS',
      default: 0,
      minimum: 0,
      maximum: 600_000,
      description: 'Time between becoming unready and closing the port, for load balancers to notice',
    }),
  });
