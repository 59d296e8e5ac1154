import type { DeviceTransport } from '@openrecognize/clients/device';
import type {
  deleteUser,
  EndpointOutput,
  listDevices,
  putClientState,
  resolveApiKey,
} from '@openrecognize/contracts';

/** Carries the request id on to the services behind. */
export interface BackendContext {
  readonly requestId: string;
}

/** One user of one tenant. */
export interface UserReference {
  readonly tenantId: number;
  readonly userId: string;
}

/** The services behind this one, as far as it asks them. All methods throw `RecognizeError`. */
export interface Backend {
  resolveApiKey(keySha256: string, context: BackendContext): Promise<EndpointOutput<typeof resolveApiKey>>;
  /** Ids of the users with that username, compared without case. */
  findUsers(tenantId: number, username: string, context: BackendContext): Promise<readonly string[]>;
  listDevices(
    user: UserReference,
    context: BackendContext,
  ): Promise<EndpointOutput<typeof listDevices>['devices']>;
  hasClientState(user: UserReference, context: BackendContext): Promise<boolean>;
  /** @throws RecognizeError CONFLICT when another version than `expectedVersion` is stored */
  putClientState(
    user: UserReference,
    expectedVersion: number,
    wrapped: Uint8Array,
    context: BackendContext,
  ): Promise<EndpointOutput<typeof putClientState>>;
  deleteUser(user: UserReference, context: BackendContext): Promise<EndpointOutput<typeof deleteUser>>;
  /** The core-daemon, acting for a tenant. */
  deviceTransport(customer: string, context: BackendContext): DeviceTransport;
}
