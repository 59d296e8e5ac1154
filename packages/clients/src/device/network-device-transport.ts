import { bytesToUtf8, utf8ToBytes } from '@openrecognize/bytes';
import {
  type EndpointInput,
  type EndpointOutput,
  type EndpointShape,
  errorFromBody,
  RecognizeError,
} from '@openrecognize/contracts';
import { Value } from 'typebox/value';
import type { DeviceTransport } from './device-transport.ts';

/** One HTTP request as plain data. */
export interface NetworkRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** With its leading slash, parameters filled in. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Must be sent unchanged; not retained after the promise settled. */
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
}

export interface NetworkResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Sends one request, without retries of its own; rejects when no answer came. */
export type SendRequest = (request: NetworkRequest) => Promise<NetworkResponse>;

export interface NetworkTransportOptions {
  /** Base URLs of one core-daemon, at least one; a host that can't be reached makes way for the next. */
  readonly hosts: readonly string[];
  /** Mobile API key. */
  readonly apiKey: string;
  readonly send: SendRequest;
  /** For one request, milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
}

interface LooseInput {
  readonly params?: Record<string, string | number>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** Device answers are small: a JWT, a sealed template, numbers. */
const maxAnswerBytes = 262_144;

const pathOf = (endpoint: EndpointShape, params: Record<string, string | number> = {}): string =>
  endpoint.path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(params[name])));

const encodeBody = (endpoint: EndpointShape, body: unknown) => {
  if (endpoint.body === undefined) return { headers: {} };
  if (endpoint.body === 'bytes') {
    return { headers: { 'content-type': 'application/octet-stream' }, body: body as Uint8Array };
  }
  return { headers: { 'content-type': 'application/json' }, body: utf8ToBytes(JSON.stringify(body)) };
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(bytesToUtf8(bytes));
  } catch {
    return undefined;
  }
};

const refusalOf = ({ status, body }: NetworkResponse): RecognizeError => {
  const error = errorFromBody(parseJson(body));
  if (error.code !== 'UNKNOWN_ERROR') return error;
  // A proxy between device and service answers in its own form.
  if (status === 504) return new RecognizeError('SERVICE_TIMEOUT', { details: { status } });
  if (status === 502 || status === 503)
    return new RecognizeError('SERVICE_UNAVAILABLE', { details: { status } });
  return new RecognizeError('UNKNOWN_ERROR', { details: { status } });
};

const decodeAnswer = (endpoint: EndpointShape, answer: NetworkResponse): unknown => {
  if (answer.status !== endpoint.status) throw refusalOf(answer);
  if (endpoint.response === 'empty') return undefined;
  if (endpoint.response === 'bytes') return answer.body;
  const value = answer.body.length > maxAnswerBytes ? undefined : parseJson(answer.body);
  if (!Value.Check(endpoint.response, value)) {
    throw new RecognizeError('PROTOCOL_INVALID_MESSAGE', {
      message: 'The answer of the server does not have the documented form.',
    });
  }
  return value;
};

/**
 * Transport over any means to send an HTTP request: what a device SDK's networking port gives. Uses neither Node
 * nor DOM, and no generated code (some script hosts forbid it).
 */
export const createNetworkDeviceTransport = (options: NetworkTransportOptions): DeviceTransport => {
  const { hosts, apiKey, send, timeoutMs = 15_000 } = options;
  if (hosts.length === 0) throw new RecognizeError('CONFIG_INVALID', { message: 'No host is configured.' });
  let current = 0;
  return {
    call: async <E extends EndpointShape>(
      endpoint: E,
      input: EndpointInput<E>,
    ): Promise<EndpointOutput<E>> => {
      const { params, headers, body } = input as LooseInput;
      const content = encodeBody(endpoint, body);
      const host = current % hosts.length;
      let answer: NetworkResponse;
      try {
        answer = await send({
          method: endpoint.method,
          baseUrl: hosts[host]!,
          path: pathOf(endpoint, params),
          headers: { accept: 'application/json', 'x-api-key': apiKey, ...content.headers, ...headers },
          ...(content.body === undefined ? {} : { body: content.body }),
          timeoutMs,
        });
      } catch (cause) {
        // Whoever repeats the call (flows do so where that is harmless) reaches the next host.
        if (current % hosts.length === host) current = host + 1;
        throw new RecognizeError('NET_CONNECTION_FAILED', { cause });
      }
      return decodeAnswer(endpoint, answer) as EndpointOutput<E>;
    },
  };
};
