/**
 * The shape of the network and where everything lies in memory (BlazeFace short range, arXiv:1907.05047).
 *
 * Activations are planes, one per channel, each with a border of zeros: a row has side + 4 floats of which
 * the first 4 are zero, so that the zeros left of a row are also the zeros right of the row before.
 */

/** Layer 0 is the 5x5 stem, 1 to 16 are the blocks; then the two heads. */
export const BLOCKS: i32 = 16;
export const HEAD_16: i32 = 17;
export const HEAD_8: i32 = 18;
export const LAYERS: i32 = 19;

export const STEM_TAPS: i32 = 75;
/** Scores first, then 16 values per anchor; rounded up to whole vectors: 2 + 32 and 6 + 96. */
const HEAD_16_CHANNELS: i32 = 36;
const HEAD_8_CHANNELS: i32 = 104;

/** Output channels of layers 0 to 16, rounded up to whole vectors (42 becomes 44). */
const CHANNELS: usize = memory.data<i32>([
  24, 24, 28, 32, 36, 44, 48, 56, 64, 72, 80, 88, 96, 96, 96, 96, 96,
]);
/** Output rows and columns of layers 0 to 16, then of the layers the heads read. */
const SIDES: usize = memory.data<i32>([64, 64, 64, 32, 32, 32, 16, 16, 16, 16, 16, 16, 8, 8, 8, 8, 8, 16, 8]);

/** Output channels of a layer. */
export function channelsOf(layer: i32): i32 {
  if (layer === HEAD_16) return HEAD_16_CHANNELS;
  if (layer === HEAD_8) return HEAD_8_CHANNELS;
  return load<i32>(CHANNELS + ((<usize>layer) << 2));
}

/** Output rows, and columns, of a layer. */
export function sideOf(layer: i32): i32 {
  return load<i32>(SIDES + ((<usize>layer) << 2));
}

/** The layer a layer reads. */
export function sourceOf(layer: i32): i32 {
  return layer === HEAD_16 ? 11 : layer - (layer === HEAD_8 ? 2 : 1);
}

/** Bytes of a row of a plane of `side` columns, and of the plane. */
export function rowBytes(side: i32): usize {
  return (<usize>side + 4) << 2;
}
export function planeBytes(side: i32): usize {
  return rowBytes(side) * (<usize>side + 2) + 16;
}

/** The input: 131 rows (one above, two below), each the even and the odd columns of R, G and B. */
export const INPUT_SIDE: i32 = 128;
export const INPUT_PHASE_BYTES: usize = 72 * 4;
export const INPUT_ROW_BYTES: usize = 6 * INPUT_PHASE_BYTES;
const INPUT_ROWS: usize = 131;

/** Static data of the compiler lies below. */
export const INPUT: usize = 65536;
const INPUT_BYTES: usize = INPUT_ROW_BYTES * INPUT_ROWS;
/** Depthwise results of one row, and the pooled row beside it, per worker. */
const SCRATCH_BYTES: usize = 32768;
export const POOL_OFFSET: usize = 24576;
export const MAX_WORKERS: usize = 8;
const SCRATCH: usize = INPUT + INPUT_BYTES + 64;
const HEADS: usize = SCRATCH + SCRATCH_BYTES * MAX_WORKERS;
const HEADS_BYTES: usize = 4 * (256 * 36 + 64 * 104);
export const WEIGHTS: usize = HEADS + HEADS_BYTES;
export const WEIGHTS_BYTES: usize = 4 * 106496;

export const ACTIVATIONS: usize = WEIGHTS + WEIGHTS_BYTES;
const ACTIVATIONS_BYTES: usize = 2747904;
/** First byte behind the network. */
export const FREE: usize = ACTIVATIONS + ACTIVATIONS_BYTES;

export function scratchOf(worker: i32): usize {
  return SCRATCH + SCRATCH_BYTES * <usize>worker;
}

/** Row 0, column 0 of the first plane a layer writes. */
export function outputOf(layer: i32): usize {
  if (layer === HEAD_16) return HEADS;
  if (layer === HEAD_8) return HEADS + 4 * 256 * 36;
  let at = ACTIVATIONS;
  for (let i = 0; i < layer; i++) at += planeBytes(sideOf(i)) * <usize>channelsOf(i);
  return at + rowBytes(sideOf(layer)) + 16;
}

/** Floats of weights and biases of a layer. */
function weightCount(layer: i32): i32 {
  const channels = channelsOf(layer);
  if (layer === 0) return channels * (STEM_TAPS + 1);
  const inputs = channelsOf(sourceOf(layer));
  return channels * (inputs + 1) + (layer <= BLOCKS ? 9 * inputs : 0);
}

/** Where the weights of a layer begin: depthwise, pointwise, biases. `LAYERS` gives the end. */
export function weightsOf(layer: i32): usize {
  let at = WEIGHTS;
  for (let i = 0; i < layer; i++) at += (<usize>weightCount(i)) << 2;
  return at;
}

/** Forgets the frame: input, intermediate planes, results. Borders are zero afterwards, as they must be. */
export function wipeFrame(): void {
  memory.fill(INPUT, 0, INPUT_BYTES);
  memory.fill(SCRATCH, 0, WEIGHTS - SCRATCH);
  memory.fill(ACTIVATIONS, 0, ACTIVATIONS_BYTES);
}
