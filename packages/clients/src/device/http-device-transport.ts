import { type CallOptions, callEndpoint } from '../call-endpoint.ts';
import type { HttpClient } from '../http-client.ts';
import type { DeviceTransport } from './device-transport.ts';

/**
 * Transport of a service over its pooled HTTP client. The client carries the mobile API key as a default header.
 *
 * @param options passed to every call, e.g. the id of the request being served.
 */
export const createHttpDeviceTransport = (http: HttpClient, options: CallOptions = {}): DeviceTransport => ({
  call: (endpoint, input) => callEndpoint(http, endpoint, input, options),
});
