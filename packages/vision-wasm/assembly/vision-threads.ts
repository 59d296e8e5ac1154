/**
 * The detector over shared memory: one instance a worker, all on one memory. Each layer's rows are split
 * evenly; a barrier stands between layers. Every row is computed by the same code as in one thread, so the
 * results are the same bits.
 */
import { SOURCE_ROW } from './frame-input';
import { HEAD_8, HEAD_16, LAYERS, outputOf, sideOf, WEIGHTS, weightsOf } from './geometry';
import { STRIPE } from './jpeg-encoder';
import { runRows } from './network';

export { addSourceRow, averageSums, blackRow, sampleRow, wipeRows } from './frame-input';
export { wipeFrame } from './geometry';
export { widenWeights } from './network';

/** Words of the barrier, below the network's memory and above the compiler's data. */
const ARRIVED: usize = 65536 - 128;
const GENERATION: usize = 65536 - 64;
/** Word that counts the frames announced. */
const FRAMES: usize = 65536 - 192;
/** A layer takes some ten microseconds: worth a short spin before sleeping. */
const SPINS: i32 = 4096;

export function frameOffset(): usize {
  return FRAMES;
}
export function sourceRowOffset(): usize {
  return SOURCE_ROW;
}
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

/** This worker's part of one frame. Returns when all workers are through. */
export function detectPart(worker: i32, workers: i32): void {
  for (let layer = 0; layer < LAYERS; layer++) {
    const rows = sideOf(layer);
    const from = (rows * worker) / workers;
    const to = (rows * (worker + 1)) / workers;
    runRows(layer, from, to, worker);
    meet(workers);
  }
}

/** Waits for all workers. */
function meet(workers: i32): void {
  const generation = atomic.load<i32>(GENERATION);
  if (atomic.add<i32>(ARRIVED, 1) === workers - 1) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.add<i32>(GENERATION, 1);
    atomic.notify(GENERATION, workers);
    return;
  }
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(GENERATION) !== generation) return;
  while (atomic.load<i32>(GENERATION) === generation) atomic.wait<i32>(GENERATION, generation, -1);
}
