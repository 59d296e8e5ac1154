import { type Circuit, GATE_AND, GATE_NOT, GATE_XOR, validateCircuit } from './circuit.ts';

/** A wire of the circuit under construction. */
export type Wire = number;

/** A bit known when the circuit is built; it costs no wire. */
export type ConstantBit = 0 | 1;

/** Builds a {@link Circuit} gate by gate. Ask for all inputs first. */
export class CircuitBuilder {
  readonly #inputCount: number;
  readonly #kinds: number[] = [];
  readonly #left: Wire[] = [];
  readonly #right: Wire[] = [];

  constructor(inputCount: number) {
    this.#inputCount = inputCount;
  }

  /** The input wires, in order. */
  inputs(): Wire[] {
    return Array.from({ length: this.#inputCount }, (_, i) => i);
  }

  /** left XOR right; free. */
  xor(left: Wire, right: Wire): Wire {
    return this.#append(GATE_XOR, left, right);
  }

  /** left AND right; two rows. */
  and(left: Wire, right: Wire): Wire {
    return this.#append(GATE_AND, left, right);
  }

  /** NOT wire; free. */
  not(wire: Wire): Wire {
    return this.#append(GATE_NOT, wire, wire);
  }

  /** wire XOR constant; a NOT or nothing. */
  xorConstant(wire: Wire, bit: ConstantBit): Wire {
    return bit === 1 ? this.not(wire) : wire;
  }

  /** @throws CircuitError CIRCUIT_INVALID when an output or operand was never built */
  build(outputs: readonly Wire[]): Circuit {
    const circuit: Circuit = {
      inputCount: this.#inputCount,
      wireCount: this.#inputCount + this.#kinds.length,
      kinds: Uint8Array.from(this.#kinds),
      left: Uint32Array.from(this.#left),
      right: Uint32Array.from(this.#right),
      out: Uint32Array.from(this.#kinds, (_, g) => this.#inputCount + g),
      outputs: Uint32Array.from(outputs),
    };
    validateCircuit(circuit);
    return circuit;
  }

  #append(kind: number, left: Wire, right: Wire): Wire {
    this.#kinds.push(kind);
    this.#left.push(left);
    this.#right.push(right);
    return this.#inputCount + this.#kinds.length - 1;
  }
}
