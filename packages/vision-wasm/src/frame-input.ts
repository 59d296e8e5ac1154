import type { Frame } from './frame.ts';

/** Exports of `assembly/frame-input.ts`. */
export interface FrameInputExports {
  sourceRowOffset(): number;
  addSourceRow(width: number, first: number): void;
  averageSums(row: number, columns: number, factor: number): void;
  sampleRow(y: number, row: number, lower: number, columns: number, start: number, step: number): void;
  blackRow(y: number): void;
  wipeRows(): void;
}

const INPUT_SIDE = 128;

/** The square around the frame, centred, in pixels: what the network sees. */
export interface Letterbox {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

export function letterboxOf({ width, height }: Frame): Letterbox {
  const side = Math.max(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

/**
 * Writes the letterboxed frame to the network's input and forgets its rows. The frame goes through one row at a
 * time, so that its size does not matter to the module's memory. Blocks of whole pixels are averaged first where the
 * frame shrinks by two or more: texture would alias otherwise.
 */
export function writeFrame(wasm: FrameInputExports, memory: Uint8Array, frame: Frame): void {
  const { pixels, width, height } = frame;
  const box = letterboxOf(frame);
  const scale = box.side / INPUT_SIDE;
  const factor = Math.min(Math.max(1, Math.floor(scale)), width, height);
  const columns = Math.floor(width / factor);
  const rows = Math.floor(height / factor);
  // Input pixel i, in averaged pixels: its centre in the frame, from the centre of the first block.
  const step = scale / factor;
  const startAt = (offset: number) => (offset + (scale - 1) / 2 - (factor - 1) / 2) / factor;
  const startX = startAt(box.x);
  const startY = startAt(box.y);
  const sourceRow = wasm.sourceRowOffset();
  let averaged = 0;
  const averageUpTo = (last: number) => {
    for (; averaged <= last; averaged++) {
      for (let i = 0; i < factor; i++) {
        const at = 4 * width * (averaged * factor + i);
        memory.set(pixels.subarray(at, at + 4 * width), sourceRow);
        wasm.addSourceRow(width, i === 0 ? 1 : 0);
      }
      wasm.averageSums(averaged, columns, factor);
    }
  };
  for (let y = 0; y < INPUT_SIDE; y++) {
    const place = startY + step * y;
    if (place < -0.5 || place > rows - 0.5) {
      wasm.blackRow(y);
      continue;
    }
    const clamped = Math.min(Math.max(place, 0), rows - 1);
    const row = Math.floor(clamped);
    averageUpTo(Math.min(row + 1, rows - 1));
    wasm.sampleRow(y, row, clamped - row, columns, startX, step);
  }
  wasm.wipeRows();
}
