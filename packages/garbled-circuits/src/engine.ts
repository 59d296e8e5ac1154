/** What a garbling gives. Both arrays are new and belong to the caller. */
export interface HammingGarbling {
  /** `payloadBytes(n)` bytes, layout in spec 03 §6. Holds no secret once the garbler's labels are erased. */
  readonly payload: Uint8Array;
  /** 16 bytes, secret: the output label that stands for "match". */
  readonly matchLabel: Uint8Array;
}

/** Inputs of a garbling; see {@link GarblingEngine.garbleHamming}. */
export interface GarbleHammingInput {
  /** Bits of a code: a power of two, 64..4096. */
  readonly n: number;
  /** Largest Hamming distance that matches, 0..n. */
  readonly threshold: number;
  /** 16 n bytes, secret: the zero label of each wire d_i. Not modified, not retained. */
  readonly zeroLabels: Uint8Array;
  /** 16 bytes, secret, low bit of byte 0 set. Not modified, not retained. */
  readonly delta: Uint8Array;
  /** 16 random bytes, fresh for each circuit (spec 03 GC-10); copied into the payload. */
  readonly hashKey: Uint8Array;
}

/** Inputs of an evaluation; neither array is modified or retained. */
export interface EvaluateHammingInput {
  readonly payload: Uint8Array;
  /** 16 n bytes: one label of each wire d_i, and never a second set for one payload (spec 03 GC-13). */
  readonly labels: Uint8Array;
}

/** What an evaluation gives. */
export interface HammingEvaluation {
  /** 16 bytes, new, the caller's. Equals the garbling's match label exactly when the circuit says "match". */
  readonly outputLabel: Uint8Array;
  /**
   * Whether the output label is the one whose hash the payload names as "match". The payload's word only: a
   * match is granted on the label itself (spec 03 GC-14).
   */
  readonly match: boolean;
  /**
   * Whether the output label is one of the two the payload names. False when labels or rows were altered,
   * or belong to another circuit; `match` is then false too.
   */
  readonly valid: boolean;
}

/**
 * Garbles and evaluates the circuit popcount(d) <= T. Synchronous; an engine keeps one set of scratch
 * buffers, wiped before each call returns or throws (spec 03 GC-20). All engines give byte-identical results
 * (GC-22): each passes the suite of `@openrecognize/garbled-circuits/compliance`.
 */
export interface GarblingEngine {
  readonly name: string;
  /** @throws CircuitError PARAMETERS_INVALID */
  garbleHamming(input: GarbleHammingInput): HammingGarbling;
  /** @throws CircuitError PAYLOAD_* when the payload is malformed, LABELS_LENGTH */
  evaluateHamming(input: EvaluateHammingInput): HammingEvaluation;
}

/**
 * The part of an engine that touches labels in bulk. A kernel owns fixed buffers, sized for `MAX_BITS`, on
 * which the driver (`createKernelEngine`) and the AES batch work; a layer of m bits has m / 2 gates.
 */
export interface HammingKernel {
  readonly name: string;
  /** 16 bytes. Set by the driver before garbling. */
  readonly delta: Uint8Array;
  /** 16 MAX_BITS bytes: labels of the layer's bits going in, of its carries coming out. */
  readonly wires: Uint8Array;
  /** 32 MAX_BITS bytes: AES inputs the `prepare` steps write, 4 blocks a gate to garble, 2 to evaluate. */
  readonly blocks: Uint8Array;
  /** 32 MAX_BITS bytes: their encryption. */
  readonly encrypted: Uint8Array;
  /** 16 MAX_BITS bytes: the layer's rows, 32 a gate, written by garbling and read by evaluation. */
  readonly rows: Uint8Array;
  /** `firstGate` is the number of the layer's first AND gate, `carryIn` the column's constant bit. */
  prepareGarbling(gateCount: number, firstGate: number, carryIn: 0 | 1): void;
  finishGarbling(gateCount: number, carryIn: 0 | 1): void;
  prepareEvaluation(gateCount: number, firstGate: number): void;
  finishEvaluation(gateCount: number): void;
  /** Zeroes everything a run over n bits may have left, `delta` included. */
  wipe(n: number): void;
}
