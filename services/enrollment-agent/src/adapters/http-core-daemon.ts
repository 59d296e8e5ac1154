import type { HttpClient } from '@openrecognize/clients';
import { createHttpDeviceTransport } from '@openrecognize/clients/device';
import type { CoreDaemon } from '../ports/core-daemon.ts';

/** @param http client whose default headers carry the mobile API key. */
export const createHttpCoreDaemon =
  (http: HttpClient): CoreDaemon =>
  (requestId) =>
    createHttpDeviceTransport(http, { requestId });
