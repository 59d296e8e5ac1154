import type { HttpClient } from '@openrecognize/clients';
import {
  type AuthenticatedDevice,
  authenticateDevice,
  createHttpDeviceTransport,
  createMemoryClientStateStore,
} from '@openrecognize/clients/device';
import { createNodeClientTools } from '@openrecognize/clients/device/node';
import type { ClientState } from '@openrecognize/zkb/client';
import type { AuthenticationIntent } from '@openrecognize/zkb/messages';
import type { DeviceKey } from '@openrecognize/zkb/node';

/** A device that holds a client state, wherever that came from. */
export interface ClientStateHolder {
  /** Awaits the refill of a match. @throws RecognizeError as `authenticateDevice` */
  authenticate(probe: Uint8Array, intent?: Partial<AuthenticationIntent>): Promise<AuthenticatedDevice>;
}

/** @param coreDaemon shows the tenant's mobile key. */
export const holdClientState = (
  coreDaemon: HttpClient,
  state: ClientState,
  signer: DeviceKey,
): ClientStateHolder => {
  const party = {
    transport: createHttpDeviceTransport(coreDaemon),
    tools: createNodeClientTools(),
    signer,
    store: createMemoryClientStateStore(state),
  };
  return {
    authenticate: async (probe, intent = {}) => {
      const done = await authenticateDevice({
        ...party,
        probe,
        intent: { purpose: 'authenticate', ...intent },
        now: Date.now,
        refill: true,
      });
      await done.refillDone;
      return done;
    },
  };
};
