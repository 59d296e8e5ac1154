import { VisionError } from './vision-error.ts';

/** Exports of both modules that take the weights. */
export interface WeightExports {
  halvesOffset(): number;
  halvesCount(): number;
  widenWeights(from: number, count: number): void;
}

const HEADER_BYTES = 16;
const VERSION = 1;

/**
 * Checks `vision.data` and widens its half floats into the module's memory. Header: `ORVD`, then version, count and
 * FNV-1a checksum of the rest, 4 bytes each, little-endian.
 * @throws VisionError DATA_INVALID
 */
export function loadWeights(wasm: WeightExports, memory: Uint8Array, data: Uint8Array): void {
  const count = wasm.halvesCount();
  if (data.length !== HEADER_BYTES + 2 * count) {
    throw new VisionError('DATA_INVALID', `The weights take ${HEADER_BYTES + 2 * count} bytes`);
  }
  const view = new DataView(data.buffer, data.byteOffset, HEADER_BYTES);
  const isOurs = view.getUint32(0) === 0x4f525644 && view.getUint32(4, true) === VERSION;
  if (!isOurs || view.getUint32(8, true) !== count) {
    throw new VisionError('DATA_INVALID', 'Not the weights this version of the package reads');
  }
  const halves = data.subarray(HEADER_BYTES);
  if (view.getUint32(12, true) !== checksum(halves)) {
    throw new VisionError('DATA_INVALID', 'The weights are damaged: wrong checksum');
  }
  const offset = wasm.halvesOffset();
  memory.set(halves, offset);
  wasm.widenWeights(offset, count);
  memory.fill(0, offset, offset + 2 * count);
}

function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}
