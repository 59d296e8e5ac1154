/** The module for one thread: detector and JPEG encoder. Offsets are for the loader's views. */
import { HEAD_8, HEAD_16, LAYERS, outputOf, sideOf, WEIGHTS, weightsOf } from './geometry';
import { MEMORY_END, OUTPUT, STRIPE } from './jpeg-encoder';
import { runRows } from './network';

export { addSourceRow, averageSums, blackRow, sampleRow, wipeRows } from './frame-input';
export { wipeFrame } from './geometry';
export {
  encodeStripe,
  finishJpeg,
  outputBytes,
  startJpeg,
  stripeRowBytes,
  takeOutput,
  wipeJpeg,
} from './jpeg-encoder';
export { widenWeights } from './network';

import { SOURCE_ROW } from './frame-input';
import { INPUT } from './geometry';

export function inputOffset(): usize {
  return INPUT;
}
export function sourceRowOffset(): usize {
  return SOURCE_ROW;
}
/** Room for the half floats while they are widened. */
export function halvesOffset(): usize {
  return STRIPE;
}
export function halvesCount(): i32 {
  return <i32>((weightsOf(LAYERS) - WEIGHTS) >> 2);
}
export function head16Offset(): usize {
  return outputOf(HEAD_16);
}
export function head8Offset(): usize {
  return outputOf(HEAD_8);
}
export function stripeOffset(): usize {
  return STRIPE;
}
export function outputOffset(): usize {
  return OUTPUT;
}
export function memoryEnd(): usize {
  return MEMORY_END;
}

/** From the input to the heads. */
export function detect(): void {
  for (let layer = 0; layer < LAYERS; layer++) runRows(layer, 0, sideOf(layer), 0);
}
