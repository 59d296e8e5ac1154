import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createJpegEncoder,
  type Frame,
  type JpegEncoder,
  loadVisionModule,
  type Subsampling,
} from '../src/index.ts';
import { photoFiles, readPhoto } from './photos.ts';
import { builtFile } from './vision-files.ts';

/** Falls and rises between 28 and 228. */
const wave = (t: number) => 28 + Math.abs((t % 400) - 200);

/** Smooth colours with some texture, whole numbers alone: the same on every machine. */
function pattern(width: number, height: number): Frame {
  const pixels = new Uint8Array(4 * width * height);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 4) {
      pixels[p] = wave(11 * x + 3 * y);
      pixels[p + 1] = wave(1000 - 5 * (x % 150) + 9 * y);
      pixels[p + 2] = (x * 3 + y * 2) & 0xff;
      pixels[p + 3] = 255;
    }
  }
  return { pixels, width, height };
}

/** Peak signal-to-noise ratio over R, G and B in dB. */
function psnr({ pixels, width, height }: Frame, decoded: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) squares += (pixels[4 * i + c] - decoded[3 * i + c]) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (squares / (3 * width * height)));
}

const decode = async (file: Uint8Array) => {
  const { data, info } = await sharp(file, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
};

const codeOf = (action: () => unknown) => {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('the JPEG encoder', () => {
  let encoder: JpegEncoder;

  beforeAll(async () => {
    encoder = createJpegEncoder(await loadVisionModule(builtFile('vision.wasm')!));
  });

  it('is as good as libjpeg at the same quality, within half a decibel up to 95', async () => {
    const photo = await readPhoto(photoFiles[0], 640);
    const { pixels, width, height } = photo;
    for (const subsampling of ['4:2:0', '4:4:4'] satisfies Subsampling[]) {
      for (const quality of [1, 10, 35, 50, 75, 85, 95]) {
        const decoded = await decode(encoder.encodeJpeg({ ...photo, quality, subsampling }));
        expect({ width: decoded.width, height: decoded.height, channels: decoded.channels }).toEqual({
          width,
          height,
          channels: 3,
        });
        const libjpeg = await sharp(pixels, { raw: { width, height, channels: 4 } })
          .removeAlpha()
          .jpeg({ quality, chromaSubsampling: subsampling, optimiseCoding: false })
          .toBuffer();
        expect(psnr(photo, decoded.data)).toBeGreaterThan(psnr(photo, (await decode(libjpeg)).data) - 0.5);
      }
    }
  }, 60_000);

  it('reaches the stated quality at every size, odd ones and one pixel too', async () => {
    for (const [width, height] of [
      [1, 1],
      [2, 3],
      [7, 9],
      [8, 8],
      [15, 17],
      [16, 16],
      [33, 31],
      [641, 13],
      [5, 1000],
    ]) {
      const frame = pattern(width, height);
      for (const { subsampling, quality, bound } of [
        { subsampling: '4:4:4', quality: 100, bound: 45 },
        { subsampling: '4:4:4', quality: 85, bound: 32 },
        { subsampling: '4:2:0', quality: 100, bound: 24 },
      ] as const) {
        const decoded = await decode(encoder.encodeJpeg({ ...frame, quality, subsampling }));
        expect({ width: decoded.width, height: decoded.height }).toEqual({ width, height });
        const reached = psnr(frame, decoded.data);
        expect(reached, `${width} x ${height}, ${subsampling}, ${quality}: ${reached} dB`).toBeGreaterThan(
          bound,
        );
      }
    }
  }, 60_000);

  it('codes noise at quality 100, where blocks are largest, and the widest frame', async () => {
    const noise = (width: number, height: number): Frame => {
      let seed = 7;
      const next = () => {
        seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
        return seed < 0 ? 255 : 0;
      };
      return { pixels: Uint8Array.from({ length: 4 * width * height }, next), width, height };
    };
    for (const frame of [noise(64, 64), noise(8192, 17)]) {
      for (const subsampling of ['4:2:0', '4:4:4'] as const) {
        const decoded = await decode(encoder.encodeJpeg({ ...frame, quality: 100, subsampling }));
        expect(decoded.width).toBe(frame.width);
        expect(psnr(frame, decoded.data)).toBeGreaterThan(subsampling === '4:4:4' ? 35 : 6);
      }
    }
  }, 60_000);

  it('gives the known file for a known frame, before and after others', () => {
    const frame = pattern(37, 21);
    const hashOf = (subsampling: Subsampling) =>
      createHash('sha256')
        .update(encoder.encodeJpeg({ ...frame, quality: 80, subsampling }))
        .digest('hex');
    const known = [hashOf('4:2:0'), hashOf('4:4:4')];
    expect(known).toEqual([
      '8c21d136cdecece66caf98d757eed61116cb9fb25a30925a34fcb53fbacedd92',
      'c2fde32cfa39f2d7650c5b8f54224d37ad2eb4062e8ac0f75e8d82d3a534b356',
    ]);
    encoder.encodeJpeg({ ...pattern(100, 50), quality: 3 });
    expect([hashOf('4:2:0'), hashOf('4:4:4')]).toEqual(known);
  });

  it('has more bytes at higher quality, and defaults to 4:2:0', () => {
    const frame = pattern(160, 120);
    const sizes = [1, 20, 50, 80, 100].map((quality) => encoder.encodeJpeg({ ...frame, quality }).length);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes).size).toBe(sizes.length);
    expect(encoder.encodeJpeg({ ...frame, quality: 50 })).toEqual(
      encoder.encodeJpeg({ ...frame, quality: 50, subsampling: '4:2:0' }),
    );
  });

  it('names what is wrong with its input, and works on', () => {
    const frame = pattern(8, 8);
    const expected = encoder.encodeJpeg({ ...frame, quality: 90 });
    for (const quality of [0, 101, 50.5, Number.NaN, -1]) {
      expect(codeOf(() => encoder.encodeJpeg({ ...frame, quality }))).toBe('PARAMETERS_INVALID');
    }
    const wrong = '4:2:2' as Subsampling;
    expect(codeOf(() => encoder.encodeJpeg({ ...frame, quality: 90, subsampling: wrong }))).toBe(
      'PARAMETERS_INVALID',
    );
    for (const [width, height] of [
      [8, 9],
      [0, 0],
      [64.5, 1],
      [-8, -8],
    ]) {
      expect(codeOf(() => encoder.encodeJpeg({ pixels: frame.pixels, width, height, quality: 90 }))).toBe(
        'FRAME_INVALID',
      );
    }
    expect(encoder.encodeJpeg({ ...frame, quality: 90 })).toEqual(expected);
  });
});
