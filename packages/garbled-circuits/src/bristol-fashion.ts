import { type Circuit, GATE_AND, GATE_NOT, GATE_XOR, validateCircuit } from './circuit.ts';
import { CircuitError } from './circuit-error.ts';

/** A circuit with the widths of its input and output values, in bits, as its file groups them. */
export interface BristolCircuit {
  readonly circuit: Circuit;
  readonly inputWidths: readonly number[];
  readonly outputWidths: readonly number[];
}

/** Most wires a file may declare: bounds memory before anything is allocated. */
const MAX_WIRES = 1 << 24;

/**
 * Reads the "Bristol Fashion" format: gate and wire counts, the widths of the inputs and of the outputs,
 * then one line per gate, `inputs outputs in... out KIND`, in topological order. Inputs are the first wires,
 * outputs the last ones. Kinds XOR, AND and INV; the rarer EQ, EQW and MAND are refused.
 *
 * @throws CircuitError BRISTOL_INVALID for the text, CIRCUIT_INVALID for the wiring
 */
export function readBristolFashion(text: string): BristolCircuit {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [gateCount, wireCount, ...extra] = readNumbers(lines[0], 1);
  if (gateCount === undefined || wireCount === undefined || extra.length > 0) throw invalid(1);
  if (wireCount > MAX_WIRES || lines.length !== gateCount + 3) throw invalid(1);
  const inputWidths = readWidths(lines[1], 2);
  const outputWidths = readWidths(lines[2], 3);
  const inputCount = inputWidths.reduce((sum, width) => sum + width, 0);
  const outputCount = outputWidths.reduce((sum, width) => sum + width, 0);
  if (inputCount + gateCount !== wireCount || outputCount > wireCount) throw invalid(1);
  const circuit: Circuit = {
    inputCount,
    wireCount,
    kinds: new Uint8Array(gateCount),
    left: new Uint32Array(gateCount),
    right: new Uint32Array(gateCount),
    out: new Uint32Array(gateCount),
    outputs: Uint32Array.from({ length: outputCount }, (_, i) => wireCount - outputCount + i),
  };
  for (let g = 0; g < gateCount; g++) readGate(circuit, g, lines[g + 3]!);
  validateCircuit(circuit);
  return { circuit, inputWidths, outputWidths };
}

function readGate(circuit: Circuit, g: number, line: string): void {
  const tokens = line.split(/\s+/);
  const kind = tokens.pop();
  const [inputs, outputs, ...wires] = readNumbers(tokens.join(' '), g + 4);
  const unary = kind === 'INV';
  if (!unary && kind !== 'XOR' && kind !== 'AND') throw invalid(g + 4);
  const arity = unary ? 1 : 2;
  if (inputs !== arity || outputs !== 1 || wires.length !== arity + 1) throw invalid(g + 4);
  circuit.kinds[g] = unary ? GATE_NOT : kind === 'AND' ? GATE_AND : GATE_XOR;
  circuit.left[g] = wires[0]!;
  circuit.right[g] = wires[arity - 1]!;
  circuit.out[g] = wires[arity]!;
}

function readWidths(line: string | undefined, lineNumber: number): number[] {
  const [count, ...widths] = readNumbers(line, lineNumber);
  if (widths.length !== count || widths.includes(0)) throw invalid(lineNumber);
  return widths;
}

/** The decimal numbers of a line; at most 8 digits each. */
function readNumbers(line: string | undefined, lineNumber: number): number[] {
  const tokens = line?.split(/\s+/) ?? [];
  if (!tokens.every((token) => /^\d{1,8}$/.test(token))) throw invalid(lineNumber);
  return tokens.map(Number);
}

function invalid(lineNumber: number): CircuitError {
  return new CircuitError('BRISTOL_INVALID', `Line ${lineNumber} of the circuit is not Bristol Fashion`);
}
