import { type CircuitRef, maxCircuitIndex } from '../circuit-ref.ts';

interface CircuitParams {
  readonly userId: string;
  readonly deviceId: string;
  readonly circuitIndex: string;
}

/** The circuit of a path. An index too large for any circuit becomes the first that is. */
export const circuitOf = ({ userId, deviceId, circuitIndex }: CircuitParams): CircuitRef => ({
  userId,
  deviceId,
  circuitIndex: Math.min(Number(circuitIndex), maxCircuitIndex + 1),
});
