import { type Circuit, GATE_AND, GATE_XOR } from './circuit.ts';
import { CircuitError } from './circuit-error.ts';

/**
 * Runs a circuit in the clear: the oracle garbled evaluation is compared with. One byte per bit, 0 or 1.
 * @throws CircuitError PARAMETERS_INVALID when the number of input bits is wrong
 */
export function evaluatePlain(circuit: Circuit, inputs: Uint8Array): Uint8Array<ArrayBuffer> {
  if (inputs.length !== circuit.inputCount) {
    throw new CircuitError('PARAMETERS_INVALID', `The circuit takes ${circuit.inputCount} bits`);
  }
  const wires = new Uint8Array(circuit.wireCount);
  wires.set(inputs);
  for (let g = 0; g < circuit.kinds.length; g++) {
    const left = wires[circuit.left[g]!]!;
    const right = wires[circuit.right[g]!]!;
    const kind = circuit.kinds[g];
    wires[circuit.out[g]!] = kind === GATE_AND ? left & right : kind === GATE_XOR ? left ^ right : left ^ 1;
  }
  return Uint8Array.from(circuit.outputs, (wire) => wires[wire]!);
}
