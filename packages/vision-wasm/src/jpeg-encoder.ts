import { checkFrame, type Frame } from './frame.ts';
import { VisionError } from './vision-error.ts';
import { instantiate, type VisionModule, type WasmMemory } from './webassembly.ts';

/** 4:2:0 halves the resolution of colour both ways; 4:4:4 keeps it. */
export type Subsampling = '4:2:0' | '4:4:4';

export interface EncodeJpegInput extends Frame {
  /** 1..100, on the scale of the Independent JPEG Group. */
  readonly quality: number;
  /** Default 4:2:0. */
  readonly subsampling?: Subsampling;
}

/** Writes frames as JPEG files. */
export interface JpegEncoder {
  /**
   * A baseline JPEG file (ITU-T T.81 with the tables of its Annex K, JFIF 1.01), new, the caller's. The same bytes
   * for the same input on every machine. Nothing of the frame stays behind.
   * @throws VisionError FRAME_INVALID, PARAMETERS_INVALID
   */
  encodeJpeg(input: EncodeJpegInput): Uint8Array<ArrayBuffer>;
}

/** Exports of `assembly/jpeg-encoder.ts`. */
interface JpegExports {
  readonly memory: WasmMemory;
  stripeOffset(): number;
  outputOffset(): number;
  startJpeg(width: number, height: number, quality: number, unitSide: number): void;
  stripeRowBytes(width: number): number;
  encodeStripe(width: number, rows: number): void;
  finishJpeg(): void;
  outputBytes(): number;
  takeOutput(): void;
  wipeJpeg(): void;
}

/** Rows and columns coded together. */
const UNIT_SIDES: Readonly<Record<Subsampling, number>> = { '4:2:0': 16, '4:4:4': 8 };

/**
 * An encoder in its own instance of `vision.wasm`.
 * @throws VisionError MODULE_INVALID
 */
export function createJpegEncoder(module: VisionModule): JpegEncoder {
  const wasm = instantiate<JpegExports>(module, 'startJpeg');
  const memory = new Uint8Array(wasm.memory.buffer);
  const takeChunk = () => {
    const offset = wasm.outputOffset();
    const chunk = memory.slice(offset, offset + wasm.outputBytes());
    wasm.takeOutput();
    return chunk;
  };
  return {
    encodeJpeg({ quality, subsampling = '4:2:0', ...frame }) {
      checkFrame(frame);
      const unitSide = UNIT_SIDES[subsampling];
      if (!Number.isInteger(quality) || quality < 1 || quality > 100 || unitSide === undefined) {
        throw new VisionError('PARAMETERS_INVALID', 'Quality is 1 to 100, subsampling 4:2:0 or 4:4:4');
      }
      const { pixels, width, height } = frame;
      const chunks: Uint8Array[] = [];
      wasm.startJpeg(width, height, quality, unitSide);
      const rowBytes = wasm.stripeRowBytes(width);
      for (let top = 0; top < height; top += unitSide) {
        const rows = Math.min(unitSide, height - top);
        for (let y = 0; y < rows; y++) {
          const at = 4 * width * (top + y);
          memory.set(pixels.subarray(at, at + 4 * width), wasm.stripeOffset() + rowBytes * y);
        }
        wasm.encodeStripe(width, rows);
        chunks.push(takeChunk());
      }
      wasm.finishJpeg();
      chunks.push(takeChunk());
      wasm.wipeJpeg();
      return joined(chunks);
    },
  };
}

/** Joins the chunks and wipes them. */
function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
    chunk.fill(0);
  }
  return file;
}
