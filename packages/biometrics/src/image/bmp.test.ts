import { describe, expect, it } from 'vitest';
import { decodeBmp, readBmpHeader } from './bmp.ts';
import { decodeImage, WORKING_SIDE_PIXELS } from './decode-image.ts';

interface BmpFields {
  readonly width?: number;
  readonly height?: number;
  readonly bits?: number;
  readonly compression?: number;
  readonly planes?: number;
  readonly offset?: number;
  readonly headerBytes?: number;
  /** Written in place of the height. */
  readonly claimedHeight?: number;
}

/** A BMP whose pixel (x, y) is (x, y, 7), written row by row as the height's sign says. */
const bmp = (fields: BmpFields = {}): Uint8Array => {
  const {
    width = 5,
    height = 3,
    bits = 24,
    compression = 0,
    planes = 1,
    offset = 54,
    headerBytes = 40,
  } = fields;
  const rows = Math.abs(height);
  const rowBytes = Math.ceil((Math.max(width, 0) * bits) / 32) * 4;
  const file = Buffer.alloc(54 + rowBytes * rows);
  file.write('BM', 'latin1');
  file.writeUInt32LE(offset, 10);
  file.writeUInt32LE(headerBytes, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(fields.claimedHeight ?? height, 22);
  file.writeUInt16LE(planes, 26);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(compression, 30);
  for (let row = 0; row < rows; row++) {
    const y = height < 0 ? row : rows - 1 - row;
    for (let x = 0; x < width; x++) file.set([7, y % 256, x % 256], 54 + row * rowBytes + (x * bits) / 8);
  }
  return file;
};

describe('BMP', () => {
  it.each([
    ['24-bit, bottom up', {}],
    ['24-bit, top down', { height: -3 }],
    ['32-bit', { bits: 32 }],
    ['32-bit, top down', { bits: 32, height: -3 }],
  ])('is read right: %s', (_, fields) => {
    const bytes = bmp(fields);
    const { width, height, data } = decodeBmp(bytes, readBmpHeader(bytes));
    expect([width, height]).toEqual([5, 3]);
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 5; x++)
        expect([...data.subarray(3 * (y * 5 + x)).subarray(0, 3)]).toEqual([x, y, 7]);
    }
  });

  it.each([
    ['16 bits per pixel', { bits: 16 }],
    ['compression', { compression: 1 }],
    ['no width', { width: 0 }],
    ['a negative width', { width: -5 }],
    ['no height', { height: 0 }],
    ['two planes', { planes: 2 }],
    ['pixels inside its header', { offset: 20 }],
    ['pixels beyond its end', { offset: 60 }],
    ['an OS/2 header', { headerBytes: 12 }],
    ['more pixels than bytes', { claimedHeight: -(2 ** 31) }],
  ])('is refused with %s', (_, fields) => {
    const bytes = bmp(fields);
    expect(() => readBmpHeader(bytes)).toThrow(expect.objectContaining({ code: 'IMAGE_FORMAT_INVALID' }));
  });

  it('is refused when it ends early', () => {
    const bytes = bmp();
    for (const length of [2, 20, 53, 54, bytes.length - 1]) {
      expect(() => readBmpHeader(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'IMAGE_FORMAT_INVALID' }),
      );
    }
  });

  it('goes through the decoder, scaled down where it is large', async () => {
    const { image, format } = await decodeImage(bmp({ width: 2000, height: 1000 }));
    expect(format).toBe('bmp');
    expect(image).toMatchObject({ width: WORKING_SIDE_PIXELS, height: WORKING_SIDE_PIXELS / 2 });
  });
});
