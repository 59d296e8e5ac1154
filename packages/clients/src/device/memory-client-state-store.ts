import {
  type ClientState,
  copyClientState,
  type ReadyClient,
  readyClient,
  wipeClientState,
} from '@openrecognize/zkb/client';
import type { ClientStateStore } from './authenticate-device.ts';

/** A client state that ends with its process. */
export interface MemoryClientStateStore extends ClientStateStore {
  /** What was saved last. The store's own bytes, wiped by the next `save`. */
  readonly current: ClientState;
  load(): ReadyClient;
  save(client: ReadyClient): void;
}

/** For whoever keeps no device beyond its process: load generators, checks, tests. @param initial copied. */
export const createMemoryClientStateStore = (initial: ClientState): MemoryClientStateStore => {
  let current = copyClientState(initial);
  return {
    get current() {
      return current;
    },
    load: () => readyClient(copyClientState(current)),
    save: ({ state }) => {
      const before = current;
      current = copyClientState(state);
      wipeClientState(before);
    },
  };
};
