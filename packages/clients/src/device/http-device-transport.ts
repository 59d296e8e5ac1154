import type { EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';
import { type CallOptions, callEndpoint } from '../call-endpoint.ts';
import type { HttpClient } from '../http-client.ts';
import type { DeviceTransport } from './device-transport.ts';

/**
 * Transport of a service over its pooled HTTP client. The client carries the mobile API key as a default header.
 *
 * @param options passed to every call, e.g. the id of the request being served.
 */
export const createHttpDeviceTransport = (http: HttpClient, options: CallOptions = {}): DeviceTransport => ({
  repeatsIdempotentCalls: true,
  call: async <E extends EndpointShape>(endpoint: E, input: EndpointInput<E>) =>
    // Both types say the same of every endpoint; the compiler can't see it for an unknown one.
    (await callEndpoint(http, endpoint, input, options)) as EndpointOutput<E>,
});
