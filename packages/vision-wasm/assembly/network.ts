import { depthwiseHalvingRow, depthwiseRow, pointwiseRow, poolRow } from './convolution';
import {
  BLOCKS,
  channelsOf,
  INPUT,
  INPUT_PHASE_BYTES,
  INPUT_ROW_BYTES,
  outputOf,
  POOL_OFFSET,
  planeBytes,
  rowBytes,
  STEM_TAPS,
  scratchOf,
  sideOf,
  sourceOf,
  WEIGHTS,
  weightsOf,
} from './geometry';

/**
 * Rows `from` to `to` (exclusive) of a layer's output; all rows of the layers before must be there. `worker`
 * chooses the scratch memory: two calls at a time need two.
 */
export function runRows(layer: i32, from: i32, to: i32, worker: i32): void {
  if (layer === 0) stemRows(from, to, scratchOf(worker));
  else if (layer <= BLOCKS) blockRows(layer, from, to, scratchOf(worker));
  else headRows(layer, from, to);
}

/** 5x5 with stride 2 as a pointwise row over its 75 taps. Padded 1 left and above, 2 right and below. */
function stemRows(from: i32, to: i32, scratch: usize): void {
  const side = sideOf(0);
  const out = outputOf(0);
  for (let y = from; y < to; y++) {
    gatherStemTaps(y, scratch);
    pointwiseRow(
      scratch,
      (<usize>side) << 2,
      STEM_TAPS,
      side,
      weightsOf(0),
      out + rowBytes(side) * <usize>y,
      planeBytes(side),
      channelsOf(0),
      0,
      0,
      0,
      0,
    );
  }
}

/** Column 2 x - 1 + k of the input lies in the odd columns for k = 0, 2, 4, in the even ones for 1 and 3. */
function gatherStemTaps(y: i32, out: usize): void {
  let row = INPUT + INPUT_ROW_BYTES * ((<usize>y) << 1);
  for (let ky = 0; ky < 5; ky++) {
    for (let kx = 0; kx < 5; kx++) {
      // Column 0 is float 4 of its phase; odd column -1 is float 3.
      let at = row + ((<usize>(3 + ((kx + 1) >> 1))) << 2) + INPUT_PHASE_BYTES * <usize>((kx + 1) & 1);
      for (let channel = 0; channel < 3; channel++) {
        memory.copy(out, at, 256);
        out += 256;
        at += INPUT_PHASE_BYTES << 1;
      }
    }
    row += INPUT_ROW_BYTES;
  }
}

/** A BlazeBlock: depthwise 3x3, pointwise with bias, the input (halved where the rows are) added, rectified. */
function blockRows(layer: i32, from: i32, to: i32, scratch: usize): void {
  const side = sideOf(layer);
  const sourceSide = sideOf(layer - 1);
  const inputs = channelsOf(layer - 1);
  const source = outputOf(layer - 1);
  const sourceRow = rowBytes(sourceSide);
  const sourcePlane = planeBytes(sourceSide);
  const weights = weightsOf(layer);
  const pointwise = weights + <usize>inputs * 36;
  const width = (<usize>side) << 2;
  const halving = sourceSide !== side;
  const out = outputOf(layer);
  for (let y = from; y < to; y++) {
    let skip: usize;
    if (halving) {
      const top = source + sourceRow * ((<usize>y) << 1);
      skip = scratch + POOL_OFFSET;
      depthwiseHalvingRow(top, sourceRow, sourcePlane, inputs, side, weights, scratch);
      poolRow(top, sourceRow, sourcePlane, inputs, side, skip);
    } else {
      skip = source + sourceRow * <usize>y;
      depthwiseRow(skip - sourceRow - 4, sourceRow, sourcePlane, inputs, side, weights, scratch);
    }
    pointwiseRow(
      scratch,
      width,
      inputs,
      side,
      pointwise,
      out + rowBytes(side) * <usize>y,
      planeBytes(side),
      channelsOf(layer),
      skip,
      halving ? width : sourcePlane,
      inputs,
      0,
    );
  }
}

/** Scores and boxes of one grid, a plane of side x side for each value. */
function headRows(layer: i32, from: i32, to: i32): void {
  const side = sideOf(layer);
  const source = sourceOf(layer);
  for (let y = from; y < to; y++) {
    pointwiseRow(
      outputOf(source) + rowBytes(side) * <usize>y,
      planeBytes(side),
      channelsOf(source),
      side,
      weightsOf(layer),
      outputOf(layer) + ((<usize>(side * y)) << 2),
      (<usize>(side * side)) << 2,
      channelsOf(layer),
      0,
      0,
      0,
      -f32.MAX_VALUE,
    );
  }
}

/** Widens `count` half floats at `from` to the weights (IEEE 754 binary16; finite values, subnormals too). */
export function widenWeights(from: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const half = <u32>load<u16>(from + (i << 1));
    // The exponent is 112 too small after the shift; multiplying also normalises subnormals.
    const magnitude = reinterpret<f32>((half & 0x7fff) << 13) * reinterpret<f32>(0x77800000);
    store<u32>(WEIGHTS + (i << 2), reinterpret<u32>(magnitude) | ((half & 0x8000) << 16));
  }
}
