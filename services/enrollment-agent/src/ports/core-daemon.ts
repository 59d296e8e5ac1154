import type { DeviceTransport } from '@openrecognize/clients/device';

/** The backend of online enrollment; calls made for one request carry its id. */
export type CoreDaemon = (requestId: string) => DeviceTransport;
