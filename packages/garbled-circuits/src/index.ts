export type { AesBatch, AesBatchFactory } from './aes-batch.ts';
export { bitslicedAesBatch } from './bitsliced-aes.ts';
export { type BristolCircuit, readBristolFashion } from './bristol-fashion.ts';
export { type Circuit, countAndGates, GATE_AND, GATE_NOT, GATE_XOR, validateCircuit } from './circuit.ts';
export { CircuitBuilder, type ConstantBit, type Wire } from './circuit-builder.ts';
export { CircuitError, type CircuitErrorCode } from './circuit-error.ts';
export type {
  EvaluateHammingInput,
  GarbleHammingInput,
  GarblingEngine,
  HammingEvaluation,
  HammingGarbling,
  HammingKernel,
} from './engine.ts';
export { evaluatePlain } from './evaluate-plain.ts';
export { type CircuitGarbling, evaluateCircuit, garbleCircuit } from './garbled-circuit.ts';
export { createGarblingEngine } from './garbling-engine.ts';
export { hammingThresholdCircuit, thresholdAtMost, weightThresholdCircuit } from './hamming-threshold.ts';
export { createKernelEngine } from './kernel-engine.ts';
export { isSupportedBits, isSupportedThreshold, LABEL_BYTES, MAX_BITS, MIN_BITS } from './limits.ts';
export {
  decodeHammingPayload,
  HASH_AES128_SIGMA,
  type HammingPayload,
  KIND_HAMMING_THRESHOLD,
  PAYLOAD_VERSION,
  payloadBytes,
} from './payload-codec.ts';
export { popcountTree } from './popcount-tree.ts';
