import type { KeylessInstance } from '@keyless/sdk-mobile';
import type { RequestTrace } from '../observation/exchange.ts';

/** What a device has at hand for one request of the page. */
export interface DeviceSession {
  /** The picture its camera shows; absent: there is no camera. Left to the caller, who wipes it. */
  readonly image?: Uint8Array;
  /** Told of what the device sends and computes. */
  readonly trace: RequestTrace;
}

/** The devices of the people of the page: one client state each. */
export interface ClientDevices {
  /** Names that have a state, sorted. */
  names(): Promise<readonly string[]>;
  /**
   * Runs `task` with the device of `name`; tasks of one name run one after the other. Background work of the device
   * is awaited before the promise settles.
   */
  use<T>(name: string, session: DeviceSession, task: (device: KeylessInstance) => Promise<T>): Promise<T>;
  /** Forgets a device; one that is unknown is no error. */
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}
