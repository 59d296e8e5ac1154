import { callEndpoint, createHttpClient, type HttpCallFailure } from '@openrecognize/clients';
import {
  type EndpointInput,
  type EndpointOutput,
  type EndpointShape,
  isRecognizeError,
  logMessage,
  nodePersistenceEndpoints,
  RecognizeError,
} from '@openrecognize/contracts';
import type { Service } from '@openrecognize/service-kit';
import { Type } from 'typebox';
import type { CallContext, NodePersistence } from '../ports/node-persistence.ts';

export interface HttpNodePersistenceOptions {
  readonly baseUrl: string;
  readonly serviceKey: string;
  readonly timeoutMs: number;
  readonly log: Service['log'];
}

export interface HttpNodePersistence extends NodePersistence {
  /** Rejects while node-persistence does not answer. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

const isListed = (endpoint: EndpointShape, error: RecognizeError): boolean =>
  endpoint.errors.some((code) => code === error.code);

/**
 * node-persistence over HTTP. What its contract lists passes through; everything else is a fault between the two,
 * which gets the line operators search for and reaches the caller as SERVICE_UNAVAILABLE.
 */
export const connectNodePersistence = (options: HttpNodePersistenceOptions): HttpNodePersistence => {
  const { baseUrl, serviceKey, timeoutMs, log } = options;
  const { host } = new URL(baseUrl);
  const failures = new WeakMap<RecognizeError, HttpCallFailure>();
  const http = createHttpClient({
    baseUrl,
    serviceKey,
    timeoutMs,
    onFailure: (failure) => failures.set(failure.error, failure),
  });

  const reportFault = (endpoint: EndpointShape, error: RecognizeError, requestId: string): void => {
    const status = failures.get(error)?.status;
    const line =
      status === undefined
        ? logMessage('NODE_PERSISTENCE_UNREACHABLE', { host })
        : logMessage('NODE_PERSISTENCE_STATUS', { status });
    log.error({ requestId, route: endpoint.path, code: error.code, err: error.cause ?? error }, line);
  };

  const operation =
    <const E extends EndpointShape>(endpoint: E) =>
    async (input: EndpointInput<E>, { requestId }: CallContext): Promise<EndpointOutput<E>> => {
      try {
        return await callEndpoint(http, endpoint, input, { requestId });
      } catch (error) {
        if (!isRecognizeError(error) || isListed(endpoint, error)) throw error;
        reportFault(endpoint, error, requestId);
        throw new RecognizeError('SERVICE_UNAVAILABLE', { cause: error });
      }
    };

  return {
    readEnrollment: operation(nodePersistenceEndpoints.readEnrollment),
    putMatchTokens: operation(nodePersistenceEndpoints.putMatchTokens),
    settleAttempt: operation(nodePersistenceEndpoints.settleAttempt),
    async probe() {
      await http.call({ method: 'GET', path: '/health/live', response: Type.Object({}), timeoutMs: 1500 });
    },
    close: () => http.close(),
  };
};
