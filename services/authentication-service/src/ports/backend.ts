import type { DeviceTransport } from '@openrecognize/clients/device';
import type {
  deleteUser,
  EndpointInput,
  EndpointOutput,
  listDevices,
  openEnrollment,
  putClientState,
  readTenant,
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

/** What is stored for a web user. */
export interface StoredClientState {
  /** Counts up by one with each change. */
  readonly version: number;
  readonly wrapped: Uint8Array;
}

/** The services behind this one, as far as it asks them. All methods throw `RecognizeError`. */
export interface Backend {
  resolveApiKey(keySha256: string, context: BackendContext): Promise<EndpointOutput<typeof resolveApiKey>>;
  /** @throws RecognizeError CUSTOMER_NOT_FOUND */
  readTenant(customer: string, context: BackendContext): Promise<EndpointOutput<typeof readTenant>>;
  /** Ids of the users with that username, compared without case. */
  findUsers(tenantId: number, username: string, context: BackendContext): Promise<readonly string[]>;
  listDevices(
    user: UserReference,
    context: BackendContext,
  ): Promise<EndpointOutput<typeof listDevices>['devices']>;
  /** The wrapped client state this service keeps for a user; undefined when it keeps none. */
  readClientState(user: UserReference, context: BackendContext): Promise<StoredClientState | undefined>;
  /** @throws RecognizeError CONFLICT when another version than `expectedVersion` is stored */
  putClientState(
    user: UserReference,
    expectedVersion: number,
    wrapped: Uint8Array,
    context: BackendContext,
  ): Promise<EndpointOutput<typeof putClientState>>;
  /**
   * Opens the enrollment of a further device of an existing user. No match is asked for there: whoever calls this
   * has the user's face before them.
   *
   * @throws RecognizeError MAX_NUMBER_OF_DEVICES_REACHED
   */
  openFurtherDevice(
    device: EndpointInput<typeof openEnrollment>['body'],
    context: BackendContext,
  ): Promise<EndpointOutput<typeof openEnrollment>>;
  deleteUser(user: UserReference, context: BackendContext): Promise<EndpointOutput<typeof deleteUser>>;
  /** The core-daemon, acting for a tenant. */
  deviceTransport(customer: string, context: BackendContext): DeviceTransport;
}
