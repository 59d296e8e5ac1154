import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { humanLogLine } from './human-log-line.ts';
import { safeError } from './safe-error.ts';
import { standardOutput } from './standard-output.ts';

export type LogFormat = 'json' | 'human';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  /** Goes into every line as `service`. */
  readonly service: string;
  readonly format?: LogFormat;
  readonly level?: LogLevel;
  /** Called once per line of level error or fatal. */
  readonly onError?: () => void;
  /** Where the lines go; standard output by default, buffered for a tenth of a second, errors at once. */
  readonly stream?: DestinationStream;
}

const PINO_ERROR_LEVEL = 50;

const routeOf = (request: { method?: string; routeOptions?: { url?: string } }) => ({
  method: request.method,
  route: request.routeOptions?.url,
});

/**
 * JSON lines (or one-line text for people) without user input: the serializers let through the route pattern of a
 * request, never its URL, headers or address, and of an error its kind and place (see `safeError`).
 */
export const createLogger = (options: LoggerOptions): Logger => {
  const output = options.stream === undefined ? standardOutput() : undefined;
  const target = output ?? options.stream!;
  const stream: DestinationStream =
    options.format === 'human'
      ? { write: (line) => target.write(`${humanLogLine(line.trimEnd())}\n`) }
      : target;
  return pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        err: safeError,
        error: safeError,
        req: routeOf,
        res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      },
      hooks: {
        logMethod(args, method, level) {
          method.apply(this, args);
          if (level < PINO_ERROR_LEVEL) return;
          options.onError?.();
          // What someone must act on does not wait for other lines.
          output?.flush();
        },
      },
    },
    stream,
  );
};
