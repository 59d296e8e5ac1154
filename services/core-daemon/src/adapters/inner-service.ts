import { callEndpoint, createHttpClient, type HttpCallFailure } from '@openrecognize/clients';
import {
  type EndpointInput,
  type EndpointShape,
  isRecognizeError,
  logMessage,
  RecognizeError,
} from '@openrecognize/contracts';
import type { Service } from '@openrecognize/service-kit';
import { Type } from 'typebox';
import type { CallContext, ServicePort } from '../ports/service-port.ts';

export interface InnerServiceOptions<Endpoints> {
  /** Kebab-case name, for the log. */
  readonly name: string;
  readonly baseUrl: string;
  readonly endpoints: Endpoints;
  readonly serviceKey: string;
  readonly timeoutMs: number;
  readonly connections: number;
  /** Called when a connection to it ended. */
  readonly onDisconnect?: (() => void) | undefined;
  readonly log: Service['log'];
}

/** A service behind this one. */
export interface InnerService<Endpoints extends Readonly<Record<string, EndpointShape>>> {
  readonly port: ServicePort<Endpoints>;
  /** Rejects while the service does not answer. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

const PROBE_TIMEOUT_MS = 1500;

const isListed = (endpoint: EndpointShape, error: RecognizeError): boolean =>
  endpoint.errors.some((code) => code === error.code);

/**
 * What a caller of ours may learn of a fault behind us: that it was one, not what another service thought of our
 * request. Only codes of state (5xx) pass.
 */
const outward = (error: RecognizeError): RecognizeError =>
  (error.httpStatus ?? 0) >= 500 && error.code !== 'UNKNOWN_ERROR'
    ? error
    : new RecognizeError('INTERNAL_ERROR', { cause: error });

/**
 * A contract's endpoints over HTTP. Refusals the contract lists pass through in silence; every other error is logged
 * with the line operators search for.
 */
export const connectInnerService = <const Endpoints extends Readonly<Record<string, EndpointShape>>>(
  options: InnerServiceOptions<Endpoints>,
): InnerService<Endpoints> => {
  const { name, baseUrl, endpoints, serviceKey, timeoutMs, connections, onDisconnect, log } = options;
  const { host } = new URL(baseUrl);
  const failures = new WeakMap<RecognizeError, HttpCallFailure>();
  const http = createHttpClient({
    baseUrl,
    serviceKey,
    timeoutMs,
    connections,
    onDisconnect,
    onFailure: (failure) => failures.set(failure.error, failure),
  });

  const report = (endpoint: EndpointShape, error: RecognizeError, requestId: string): void => {
    const fields = { requestId, route: endpoint.path, code: error.code, err: error.cause ?? error };
    if (error.code === 'SERVICE_UNAVAILABLE' && failures.get(error)?.status === undefined) {
      log.error(fields, logMessage('INNER_SERVICE_UNREACHABLE', { host, reason: error.code }));
    }
    log.error(fields, logMessage('INNER_SERVICE_ERROR', { service: name, reason: error.code }));
  };

  const operation = (endpoint: EndpointShape) => {
    return async (input: EndpointInput<EndpointShape>, { requestId }: CallContext): Promise<unknown> => {
      try {
        return await callEndpoint(http, endpoint, input, { requestId });
      } catch (error) {
        if (!isRecognizeError(error) || (isListed(endpoint, error) && (error.httpStatus ?? 0) < 500))
          throw error;
        report(endpoint, error, requestId);
        throw outward(error);
      }
    };
  };

  return {
    // The type says for each endpoint what the loop does for all of them.
    port: Object.fromEntries(
      Object.entries(endpoints).map(([key, endpoint]) => [key, operation(endpoint)]),
    ) as unknown as ServicePort<Endpoints>,
    async probe() {
      await http.call({
        method: 'GET',
        path: '/health/live',
        response: Type.Object({}),
        timeoutMs: PROBE_TIMEOUT_MS,
      });
    },
    close: () => http.close(),
  };
};
