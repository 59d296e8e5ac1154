import { wipe } from '@openrecognize/bytes';
import type { AesBatchFactory } from './aes-batch.ts';
import { type Circuit, countAndGates, GATE_XOR } from './circuit.ts';
import { CircuitError } from './circuit-error.ts';
import {
  combineEvaluation,
  combineGarbling,
  type GateBuffers,
  writeEvaluationBlocks,
  writeGarblingBlocks,
} from './half-gates.ts';
import { type Layer, scheduleLayers } from './layer-schedule.ts';
import { LABEL_BYTES } from './limits.ts';
import { checkLittleEndian } from './typescript-kernel.ts';

const LABEL_WORDS = LABEL_BYTES / 4;

/** What {@link garbleCircuit} gives; new arrays, the caller's. */
export interface CircuitGarbling {
  /** 32 bytes for each AND gate, in layer order. */
  readonly rows: Uint8Array;
  /** 16 bytes for each output wire, secret: the label that stands for 0. */
  readonly outputZeroLabels: Uint8Array;
}

/**
 * Garbles any circuit, gate list and all: slower than an engine, meant for circuits other than the Hamming
 * threshold and as a second opinion on the engines. Arguments as in `GarblingEngine.garbleHamming`.
 *
 * @throws CircuitError PARAMETERS_INVALID, ENGINE_UNAVAILABLE
 */
export function garbleCircuit(
  circuit: Circuit,
  aes: AesBatchFactory,
  input: { readonly zeroLabels: Uint8Array; readonly delta: Uint8Array; readonly hashKey: Uint8Array },
): CircuitGarbling {
  if (input.delta.length !== LABEL_BYTES || (input.delta[0]! & 1) !== 1) {
    throw new CircuitError('PARAMETERS_INVALID', 'delta has 16 bytes and its low bit set');
  }
  const wires = loadWires(circuit, input.zeroLabels);
  const delta = new Int32Array(input.delta.slice().buffer);
  const rows = new Int32Array(2 * LABEL_WORDS * countAndGates(circuit));
  const batch = aes.create(input.hashKey);
  try {
    let firstGate = 0;
    for (const layer of scheduleLayers(circuit)) {
      const count = layer.andGates.length;
      const buffers = gather(circuit, layer, wires, 4);
      writeGarblingBlocks(buffers, delta, count, firstGate);
      batch.encryptBlocks(bytesOf(buffers.blocks), bytesOf(buffers.encrypted), 4 * count);
      combineGarbling(buffers, delta, count);
      rows.set(buffers.rows, 2 * LABEL_WORDS * firstGate);
      scatter(circuit, layer, wires, buffers);
      runFreeGates(circuit, layer, wires, delta);
      firstGate += count;
    }
    return { rows: bytesOf(rows), outputZeroLabels: outputLabels(circuit, wires) };
  } finally {
    batch.dispose();
    wipe(wires, delta);
  }
}

/**
 * Evaluates a garbled circuit: one live label for each input in, one for each output out.
 * @throws CircuitError PARAMETERS_INVALID, ENGINE_UNAVAILABLE
 */
export function evaluateCircuit(
  circuit: Circuit,
  aes: AesBatchFactory,
  input: { readonly rows: Uint8Array; readonly labels: Uint8Array; readonly hashKey: Uint8Array },
): Uint8Array {
  if (input.rows.length !== 2 * LABEL_BYTES * countAndGates(circuit)) {
    throw new CircuitError('PARAMETERS_INVALID', 'There are 32 bytes of rows for each AND gate');
  }
  const wires = loadWires(circuit, input.labels);
  const rows = new Int32Array(input.rows.slice().buffer);
  const batch = aes.create(input.hashKey);
  try {
    let firstGate = 0;
    for (const layer of scheduleLayers(circuit)) {
      const count = layer.andGates.length;
      const buffers = gather(circuit, layer, wires, 2);
      const rowWords = 2 * LABEL_WORDS;
      buffers.rows.set(rows.subarray(rowWords * firstGate, rowWords * (firstGate + count)));
      writeEvaluationBlocks(buffers, count, firstGate);
      batch.encryptBlocks(bytesOf(buffers.blocks), bytesOf(buffers.encrypted), 2 * count);
      combineEvaluation(buffers, count);
      scatter(circuit, layer, wires, buffers);
      // NOT leaves the live label as it is, hence no delta.
      runFreeGates(circuit, layer, wires, new Int32Array(LABEL_WORDS));
      firstGate += count;
    }
    return outputLabels(circuit, wires);
  } finally {
    batch.dispose();
    wipe(wires);
  }
}

function loadWires(circuit: Circuit, labels: Uint8Array): Int32Array {
  checkLittleEndian();
  if (labels.length !== LABEL_BYTES * circuit.inputCount) {
    throw new CircuitError('PARAMETERS_INVALID', 'There are 16 bytes of labels for each input wire');
  }
  const wires = new Int32Array(LABEL_WORDS * circuit.wireCount);
  bytesOf(wires).set(labels);
  return wires;
}

function gather(circuit: Circuit, layer: Layer, wires: Int32Array, blocksPerGate: number): GateBuffers {
  const count = layer.andGates.length;
  const left = new Int32Array(LABEL_WORDS * count);
  const right = new Int32Array(LABEL_WORDS * count);
  layer.andGates.forEach((g, i) => {
    left.set(labelOf(wires, circuit.left[g]!), LABEL_WORDS * i);
    right.set(labelOf(wires, circuit.right[g]!), LABEL_WORDS * i);
  });
  return {
    left,
    right,
    blocks: new Int32Array(LABEL_WORDS * blocksPerGate * count),
    encrypted: new Int32Array(LABEL_WORDS * blocksPerGate * count),
    rows: new Int32Array(2 * LABEL_WORDS * count),
    out: new Int32Array(LABEL_WORDS * count),
  };
}

function scatter(circuit: Circuit, layer: Layer, wires: Int32Array, buffers: GateBuffers): void {
  layer.andGates.forEach((g, i) => {
    wires.set(labelOf(buffers.out, i), LABEL_WORDS * circuit.out[g]!);
  });
  wipe(buffers.left, buffers.right, buffers.blocks, buffers.encrypted, buffers.out);
}

function runFreeGates(circuit: Circuit, layer: Layer, wires: Int32Array, delta: Int32Array): void {
  for (const g of layer.freeGates) {
    const left = labelOf(wires, circuit.left[g]!);
    const right = circuit.kinds[g] === GATE_XOR ? labelOf(wires, circuit.right[g]!) : delta;
    wires.set(
      left.map((word, j) => word ^ right[j]!),
      LABEL_WORDS * circuit.out[g]!,
    );
  }
}

function outputLabels(circuit: Circuit, wires: Int32Array): Uint8Array {
  const labels = new Int32Array(LABEL_WORDS * circuit.outputs.length);
  circuit.outputs.forEach((wire, i) => {
    labels.set(labelOf(wires, wire), LABEL_WORDS * i);
  });
  return bytesOf(labels);
}

function labelOf(wires: Int32Array, index: number): Int32Array {
  return wires.subarray(LABEL_WORDS * index, LABEL_WORDS * (index + 1));
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
