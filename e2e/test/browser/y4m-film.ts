import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Pixels row by row, three bytes each. */
export interface FilmFrame {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Luma, then both chroma planes at half the size: BT.601 in video range, as Chromium reads it. */
export const toI420 = ({ width, height, rgb }: FilmFrame): Uint8Array => {
  const out = new Uint8Array((width * height * 3) / 2);
  const blueAt = width * height;
  const redAt = blueAt * 1.25;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [r = 0, g = 0, b = 0] = [rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]];
      out[i] = 16.5 + 0.257 * r + 0.504 * g + 0.098 * b;
      if ((x | y) & 1) continue;
      const half = (y >> 1) * (width >> 1) + (x >> 1);
      out[blueAt + half] = 128.5 - 0.148 * r - 0.291 * g + 0.439 * b;
      out[redAt + half] = 128.5 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  }
  return out;
};

/**
 * Writes a film in YUV4MPEG2, which Chromium's fake camera plays over and over.
 *
 * @param frames of one size, both sides even; forth and back again, so that nothing jumps where it begins anew
 */
export const writeFilm = async (
  path: string,
  frames: readonly FilmFrame[],
  framesPerSecond: number,
): Promise<void> => {
  const first = frames[0];
  if (first === undefined || first.width % 2 !== 0 || first.height % 2 !== 0) {
    throw new RangeError('a film needs frames with even sides');
  }
  const file = createWriteStream(path);
  file.write(`YUV4MPEG2 W${first.width} H${first.height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  for (const frame of [...frames, ...frames.slice(1, -1).reverse()]) {
    if (frame.width !== first.width || frame.height !== first.height) {
      throw new RangeError('all frames of a film have one size');
    }
    file.write('FRAME\n');
    file.write(toI420(frame));
  }
  file.end();
  await once(file, 'finish');
};
