import { circuitStorageEndpoints as all } from '@openrecognize/contracts';
import type { ServicePort } from './service-port.ts';

/** What the daemon uses of circuit-storage. */
export const usedCircuitStorageEndpoints = {
  storeCircuits: all.storeCircuits,
  circuitStock: all.circuitStock,
  reserveCircuit: all.reserveCircuit,
  consumeCircuit: all.consumeCircuit,
  deleteDeviceCircuits: all.deleteDeviceCircuits,
} as const;

export type CircuitStorage = ServicePort<typeof usedCircuitStorageEndpoints>;
