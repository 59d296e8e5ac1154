import { randomUUID } from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import { errorFromBody, isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { type Dispatcher, Pool } from 'undici';
import { type Answer, exchange } from './exchange.ts';
import { classifyTransportError, delayBeforeRetry } from './transport-failure.ts';

/** What a successful answer carries: JSON of a schema, raw bytes, or nothing. */
export type ResponseKind = TSchema | 'bytes' | 'empty';

// The literals come first: a schema type without required properties would swallow them.
export type ResponseOf<Kind extends ResponseKind> = Kind extends 'bytes'
  ? Uint8Array
  : Kind extends 'empty'
    ? undefined
    : Static<Exclude<Kind, string>>;

type Scalar = string | number | boolean;

export interface HttpCall<Kind extends ResponseKind> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, with a leading slash; `:name` parts are filled from `params`. */
  readonly path: string;
  readonly params?: Readonly<Record<string, Scalar>>;
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, Scalar | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** JSON body; not together with `bytes`. */
  readonly json?: unknown;
  /** Raw body, not copied: leave it unchanged until the call settles. */
  readonly bytes?: Uint8Array;
  readonly response: Kind;
  /** Deadline of the whole call, retries included; the client's by default. */
  readonly timeoutMs?: number;
  /** Repeating the call has no further effect, so a lost connection or a 503 may be retried. False by default. */
  readonly idempotent?: boolean;
  /** Id of the request this call serves; travels as `x-request-id`, the same on every retry. Random by default. */
  readonly requestId?: string;
}

/** A call that failed, for the log of the caller. */
export interface HttpCallFailure {
  readonly method: string;
  /** As in the call: with `:name` parts, no ids. */
  readonly path: string;
  /** Absent if no answer arrived. */
  readonly status?: number;
  readonly error: RecognizeError;
}

export interface HttpClientOptions {
  /** `http(s)://host:port` with an optional path prefix. */
  readonly baseUrl: string;
  /** Sent as `authorization: Bearer`. */
  readonly serviceKey?: string;
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  /** Deadline of a call; 5000 by default. */
  readonly timeoutMs?: number;
  /** Most connections kept to the host; 32 by default. */
  readonly connections?: number;
  /** Largest answer taken; 16 MiB by default. */
  readonly maxResponseBytes?: number;
  /** Called when a connection ended, idle or not: the host went away, or nothing was asked of it for a while. */
  readonly onDisconnect?: (() => void) | undefined;
  /** Told of every call that failed for good. */
  readonly onFailure?: (failure: HttpCallFailure) => void;
}

export interface HttpClient {
  /**
   * @throws RecognizeError the error the server sent; SERVICE_UNAVAILABLE without connection, SERVICE_TIMEOUT after
   * the deadline, INTERNAL_ERROR for an answer that is too large or not of its schema, UNKNOWN_ERROR for a failure
   * in no known form
   */
  call<const Kind extends ResponseKind>(call: HttpCall<Kind>): Promise<ResponseOf<Kind>>;
  /** Waits for the calls in flight, then closes the connections. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_CONNECTIONS = 32;
const DEFAULT_MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
/** Shorter than our servers' 72 s, so that a connection is never used while its server closes it. */
const KEEP_ALIVE_TIMEOUT_MS = 60_000;
const MAX_RETRIES = 2;
const REQUEST_ID_HEADER = 'x-request-id';
/** Tells whoever traces this process of every call; what they put into `headers` before it starts is sent. */
const outgoingCalls = tracingChannel('openrecognize:outgoing-call');

const fillPath = (path: string, params: HttpCall<ResponseKind>['params']): string =>
  path.replace(/:([A-Za-z]\w*)/g, (_, name: string) => {
    const value = params?.[name];
    if (value === undefined || value === '') throw new TypeError(`path parameter ${name} is missing`);
    return encodeURIComponent(String(value));
  });

const queryOf = (query: HttpCall<ResponseKind>['query']): string => {
  if (query === undefined) return '';
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
};

const failureOf = ({ status, body }: Answer): RecognizeError => {
  const error = errorFromBody(parseJson(body));
  if (error.code !== 'UNKNOWN_ERROR') return error;
  // A proxy in between does not speak our errors, but its status does.
  if (status === 502 || status === 503) return new RecognizeError('SERVICE_UNAVAILABLE');
  if (status === 504) return new RecognizeError('SERVICE_TIMEOUT');
  return new RecognizeError('UNKNOWN_ERROR', { cause: new Error(`status ${status} without an error body`) });
};

const validators = new WeakMap<object, Validator>();

const validatorOf = (schema: TSchema): Validator => {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  return validator;
};

const resultOf = (kind: ResponseKind, { body }: Answer): unknown => {
  if (kind === 'empty') return undefined;
  if (kind === 'bytes') return body;
  const value = parseJson(body);
  const validator = validatorOf(kind as TSchema);
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  const where = `${first?.keyword} at ${first?.schemaPath}`;
  throw new RecognizeError('INTERNAL_ERROR', {
    cause: new Error(`answer does not fit its schema: ${where}`),
  });
};

const createPool = (baseUrl: URL, options: HttpClientOptions): Pool => {
  return new Pool(baseUrl.origin, {
    connections: options.connections ?? DEFAULT_CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // The deadline of the call ends all waiting; these would only end it with another error.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
};

/** A client of one host: kept-alive connections, a deadline on every call, errors of the catalogue. */
export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const baseUrl = new URL(options.baseUrl);
  const { origin, pathname } = baseUrl;
  const prefix = pathname.replace(/\/$/, '');
  const pool = createPool(baseUrl, options);
  if (options.onDisconnect !== undefined) pool.on('disconnect', options.onDisconnect);
  const maxBytes = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  const standingHeaders = {
    ...options.defaultHeaders,
    ...(options.serviceKey === undefined ? {} : { authorization: `Bearer ${options.serviceKey}` }),
  };
  const standingHeaderList = Object.entries(standingHeaders).flat();

  /** Names and values in turn, as undici takes them without a detour. */
  const headersOf = (call: HttpCall<ResponseKind>): string[] => {
    if (call.headers === undefined) return [...standingHeaderList];
    const headers: Record<string, string> = { ...standingHeaders };
    for (const [name, value] of Object.entries(call.headers)) if (value !== undefined) headers[name] = value;
    return Object.entries(headers).flat();
  };

  const requestOf = (call: HttpCall<ResponseKind>): Dispatcher.DispatchOptions => {
    const headers = headersOf(call);
    headers.push(REQUEST_ID_HEADER, call.requestId ?? randomUUID());
    if (call.json !== undefined) headers.push('content-type', 'application/json');
    if (call.bytes !== undefined) headers.push('content-type', 'application/octet-stream');
    return {
      method: call.method,
      path: `${prefix}${fillPath(call.path, call.params)}${queryOf(call.query)}`,
      headers,
      body: call.json === undefined ? (call.bytes ?? null) : JSON.stringify(call.json),
    };
  };

  const fetchAnswer = async (call: HttpCall<ResponseKind>): Promise<Answer> => {
    const request = requestOf(call);
    let remainingMs = call.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const deadlineMs = performance.now() + remainingMs;
    for (let tried = 0; ; tried++) {
      const last = call.idempotent !== true || tried === MAX_RETRIES;
      try {
        const answer = await exchange(pool, request, { timeoutMs: remainingMs, maxBytes });
        if (last || answer.status !== 503) return answer;
      } catch (error) {
        if (last || isRecognizeError(error)) throw error;
      }
      await delayBeforeRetry(tried, deadlineMs - performance.now());
      remainingMs = deadlineMs - performance.now();
    }
  };

  const reportFailure = (
    call: HttpCall<ResponseKind>,
    error: RecognizeError,
    status?: number,
  ): RecognizeError => {
    options.onFailure?.({
      method: call.method,
      path: call.path,
      error,
      ...(status === undefined ? {} : { status }),
    });
    return error;
  };

  const callUntyped = async (call: HttpCall<ResponseKind>): Promise<unknown> => {
    let status: number | undefined;
    try {
      const answer = await fetchAnswer(call);
      status = answer.status;
      if (status < 200 || status > 299) throw failureOf(answer);
      return resultOf(call.response, answer);
    } catch (error) {
      throw reportFailure(call, classifyTransportError(error), status);
    }
  };

  const callTraced = (call: HttpCall<ResponseKind>): Promise<unknown> => {
    const { method, path } = call;
    const outgoing = { method, path, origin, headers: { ...call.headers } };
    return outgoingCalls.tracePromise(() => callUntyped({ ...call, headers: outgoing.headers }), outgoing);
  };

  return {
    call: (call) => (outgoingCalls.hasSubscribers ? callTraced(call) : callUntyped(call)) as never,
    close: () => pool.close(),
  };
};
