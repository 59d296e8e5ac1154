import type { EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';
import type { HttpClient } from './http-client.ts';

export interface CallOptions {
  /** Passed on, so that one user action can be followed through all services. */
  readonly requestId?: string;
  /** Milliseconds for the whole call, retries included; the client's default otherwise. */
  readonly timeoutMs?: number;
}

interface LooseInput {
  readonly params?: Record<string, string | number>;
  readonly query?: Record<string, string | number | boolean | undefined>;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: unknown;
}

/**
 * Calls one contract endpoint.
 *
 * @throws RecognizeError with the code the service answered, SERVICE_UNAVAILABLE or SERVICE_TIMEOUT.
 */
export const callEndpoint = async <E extends EndpointShape>(
  http: HttpClient,
  endpoint: E,
  input: EndpointInput<E>,
  options: CallOptions = {},
): Promise<EndpointOutput<E>> => {
  const { params, query, headers, body } = input as LooseInput;
  const content =
    endpoint.body === undefined
      ? {}
      : endpoint.body === 'bytes'
        ? { bytes: body as Uint8Array }
        : { json: body };
  const output = await http.call({
    method: endpoint.method,
    path: endpoint.path,
    ...(params ? { params } : {}),
    ...(query ? { query } : {}),
    ...(headers ? { headers } : {}),
    ...content,
    response: endpoint.response,
    idempotent: endpoint.idempotent,
    ...options,
  });
  return output as EndpointOutput<E>;
};
