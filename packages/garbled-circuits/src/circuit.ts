import { CircuitError } from './circuit-error.ts';

/** Gate kinds. XOR and NOT are free to garble (Kolesnikov, Schneider 2008), AND costs two rows. */
export const GATE_XOR = 0;
export const GATE_AND = 1;
export const GATE_NOT = 2;

/**
 * A boolean circuit as parallel arrays, one element per gate, in an order in which every gate comes after
 * the gates it reads. Wires 0..inputCount-1 are the inputs. A NOT reads `left`; its `right` equals `left`.
 * The arrays belong to the circuit and are never modified once it is built.
 */
export interface Circuit {
  readonly inputCount: number;
  readonly wireCount: number;
  readonly kinds: Uint8Array;
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  readonly out: Uint32Array;
  readonly outputs: Uint32Array;
}

/** Number of AND gates: what a circuit costs. */
export function countAndGates(circuit: Circuit): number {
  let count = 0;
  for (const kind of circuit.kinds) if (kind === GATE_AND) count++;
  return count;
}

/** For each wire, the largest number of AND gates on a path from an input to it. */
export function andDepths(circuit: Circuit): Uint32Array {
  const depths = new Uint32Array(circuit.wireCount);
  for (let g = 0; g < circuit.kinds.length; g++) {
    const inputs = Math.max(depths[circuit.left[g]!]!, depths[circuit.right[g]!]!);
    depths[circuit.out[g]!] = inputs + (circuit.kinds[g] === GATE_AND ? 1 : 0);
  }
  return depths;
}

/**
 * Checks that every wire is written exactly once and before it is read.
 * @throws CircuitError CIRCUIT_INVALID
 */
export function validateCircuit(circuit: Circuit): void {
  const { inputCount, wireCount, kinds, left, right, out, outputs } = circuit;
  const gateCount = kinds.length;
  const sameLength = left.length === gateCount && right.length === gateCount && out.length === gateCount;
  if (!sameLength || inputCount + gateCount !== wireCount) {
    throw new CircuitError('CIRCUIT_INVALID', 'Gate arrays and wire count disagree');
  }
  const written = new Uint8Array(wireCount).fill(1, 0, inputCount);
  for (let g = 0; g < gateCount; g++) {
    if (kinds[g]! > GATE_NOT) throw new CircuitError('CIRCUIT_INVALID', `Gate ${g} has an unknown kind`);
    if (written[left[g]!] !== 1 || written[right[g]!] !== 1) {
      throw new CircuitError('CIRCUIT_INVALID', `Gate ${g} reads a wire that has no value yet`);
    }
    if (written[out[g]!] !== 0) {
      throw new CircuitError('CIRCUIT_INVALID', `Gate ${g} writes a wire that exists or is out of range`);
    }
    written[out[g]!] = 1;
  }
  for (const wire of outputs) {
    if (written[wire] !== 1) throw new CircuitError('CIRCUIT_INVALID', 'An output wire does not exist');
  }
}
