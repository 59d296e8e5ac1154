import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, decodeRawImage, MAX_IMAGE_PIXELS, WORKING_SIDE_PIXELS } from './decode-image.ts';
import type { RgbImage } from './rgb-image.ts';

/** Four quadrants: red, green / blue, white. */
const quadrants = (width: number, height: number): Buffer => {
  const data = Buffer.alloc(3 * width * height);
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const quadrant = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      data.set(colours[quadrant], 3 * (y * width + x));
    }
  }
  return data;
};

const picture = (width = 64, height = 32) =>
  sharp(quadrants(width, height), { raw: { width, height, channels: 3 } });

/** Colour letters of the four quadrants, row by row. */
const letters = ({ width, height, data }: RgbImage): string =>
  [
    [1, 1],
    [3, 1],
    [1, 3],
    [3, 3],
  ]
    .map(([x, y]) => {
      const p = 3 * (Math.floor((y * height) / 4) * width + Math.floor((x * width) / 4));
      const [r, g, b] = [data[p] > 127, data[p + 1] > 127, data[p + 2] > 127];
      return r && g && b ? 'W' : r ? 'R' : g ? 'G' : b ? 'B' : '?';
    })
    .join('');

/** A PNG header that announces a size, with no pixels behind it. */
const pngOfSize = (width: number, height: number): Buffer => {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452000000000000000008020000000000000000', 'hex');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  let crc = ~0;
  for (const byte of header.subarray(12, 29)) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  header.writeInt32BE(~crc, 29);
  const dataChunk = Buffer.from('0000000049444154', 'hex');
  return Buffer.concat([
    header.subarray(0, 33),
    dataChunk,
    Buffer.from('35af061e0000000049454e44ae426082', 'hex'),
  ]);
};

// Covers BC-1, BC-2 and BC-3.
describe('decodeImage', () => {
  it.each(['jpeg', 'png'] as const)('decodes %s', async (format) => {
    const decoded = await decodeImage(await picture()[format]().toBuffer());
    expect(decoded).toMatchObject({ format, sourceWidth: 64, sourceHeight: 32 });
    expect(decoded.image).toMatchObject({ width: 64, height: 32 });
    expect(letters(decoded.image)).toBe('RGBW');
  });

  // Orientation n shows the picture turned so that undoing it gives this arrangement (EXIF 2.3 §4.6.4).
  it.each([
    [1, 'RGBW'],
    [2, 'GRWB'],
    [3, 'WBGR'],
    [4, 'BWRG'],
    [5, 'RBGW'],
    [6, 'BRWG'],
    [7, 'WGBR'],
    [8, 'GWRB'],
  ])('turns a picture of EXIF orientation %i upright', async (orientation, upright) => {
    const jpeg = await picture().withMetadata({ orientation }).jpeg().toBuffer();
    const { image } = await decodeImage(jpeg);
    expect(letters(image)).toBe(upright);
    expect([image.width, image.height]).toEqual(orientation < 5 ? [64, 32] : [32, 64]);
  });

  it('leaves the picture as stored when asked to', async () => {
    const jpeg = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { image } = await decodeImage(jpeg, { exifTranspose: false });
    expect(letters(image)).toBe('RGBW');
  });

  it.each([
    ['grey', () => picture().greyscale().png()],
    ['16-bit', () => picture().toColourspace('rgb16').png()],
    ['palette', () => picture().png({ palette: true })],
    ['transparent', () => picture().ensureAlpha(0.5).png()],
    ['CMYK', () => picture().toColourspace('cmyk').jpeg()],
  ])('makes 8-bit RGB of a %s picture', async (_, make) => {
    const { image } = await decodeImage(await make().toBuffer());
    expect(image.data.length).toBe(3 * 64 * 32);
  });

  it('scales a large picture down to the working size', async () => {
    const decoded = await decodeImage(await picture(3000, 1500).jpeg().toBuffer());
    expect(decoded).toMatchObject({ sourceWidth: 3000, sourceHeight: 1500 });
    expect(decoded.image).toMatchObject({ width: WORKING_SIDE_PIXELS, height: WORKING_SIDE_PIXELS / 2 });
    expect(letters(decoded.image)).toBe('RGBW');
  });

  it('refuses an empty body', async () => {
    await expect(decodeImage(new Uint8Array())).rejects.toMatchObject({ code: 'IMAGE_EMPTY' });
  });

  it('refuses a file above the byte limit before it reads it', async () => {
    const bytes = new Uint8Array(12 * 1024 * 1024 + 1);
    await expect(decodeImage(bytes)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it.each([
    [65_000, 65_000],
    [MAX_IMAGE_PIXELS + 1, 1],
  ])('refuses a header that announces %i x %i pixels', async (width, height) => {
    await expect(decodeImage(pngOfSize(width, height))).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it.each([
    ['zeros', async () => new Uint8Array(1000)],
    ['a text', async () => new TextEncoder().encode('not a picture at all')],
    ['a WebP', async () => picture().webp().toBuffer()],
    ['a GIF', async () => picture().gif().toBuffer()],
    ['a TIFF', async () => picture().tiff().toBuffer()],
    ['an SVG', async () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['the first bytes of a JPEG alone', async () => Uint8Array.of(0xff, 0xd8, 0xff)],
    [
      'a PNG signature before a JPEG',
      async () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), await picture().jpeg().toBuffer()]),
    ],
    ['a truncated JPEG', async () => (await picture(600, 600).jpeg().toBuffer()).subarray(0, 3000)],
    ['a truncated PNG', async () => (await picture(600, 600).png().toBuffer()).subarray(0, 900)],
    ['a PNG without pixels', async () => pngOfSize(640, 480)],
    ['a PNG of no height', async () => pngOfSize(640, 0)],
  ])('refuses %s', async (_, make) => {
    await expect(decodeImage(await make())).rejects.toMatchObject({ code: 'IMAGE_FORMAT_INVALID' });
  });

  it('reads a JPEG with a ZIP archive behind it as the JPEG it is', async () => {
    const archive = Buffer.from('504b0304140000000800', 'hex');
    const { format } = await decodeImage(Buffer.concat([await picture().jpeg().toBuffer(), archive]));
    expect(format).toBe('jpeg');
  });

  it('never fails otherwise than with its codes, whatever byte is damaged', async () => {
    const original = await picture(200, 200).jpeg().toBuffer();
    for (let at = 0; at < original.length; at += Math.ceil(original.length / 60)) {
      const damaged = Uint8Array.from(original);
      damaged[at] ^= 0xff;
      const outcome = await decodeImage(damaged).then(
        () => 'decoded',
        (error: { code?: string }) => error.code,
      );
      expect(['decoded', 'IMAGE_FORMAT_INVALID', 'IMAGE_TOO_LARGE']).toContain(outcome);
    }
  });
});

// Covers BC-19.
describe('raw pixels', () => {
  const rgb = { encoding: 'rgb', width: 64, height: 32, bytes: quadrants(64, 32) } as const;

  it('are the picture, in a copy', async () => {
    const { image, format, sourceWidth, sourceHeight } = await decodeRawImage(rgb);
    expect({ format, sourceWidth, sourceHeight }).toEqual({
      format: 'rgb',
      sourceWidth: 64,
      sourceHeight: 32,
    });
    expect(letters(image)).toBe('RGBW');
    image.data.fill(0);
    expect(rgb.bytes[0]).toBe(255);
  });

  it('become grey from luma', async () => {
    const bytes = Uint8Array.of(0, 90, 200, 255);
    const { image, format } = await decodeRawImage({ encoding: 'luma', width: 2, height: 2, bytes });
    expect(format).toBe('luma');
    expect([...image.data]).toEqual([0, 0, 0, 90, 90, 90, 200, 200, 200, 255, 255, 255]);
  });

  it('are scaled down to the working size', async () => {
    const raw = { encoding: 'rgb', width: 1920, height: 1080, bytes: quadrants(1920, 1080) } as const;
    const { image, sourceWidth } = await decodeRawImage(raw);
    expect([image.width, image.height, sourceWidth]).toEqual([WORKING_SIDE_PIXELS, 540, 1920]);
    expect(letters(image)).toBe('RGBW');
  });

  it.each([
    ['too few bytes', { ...rgb, height: 33 }, 'IMAGE_FORMAT_INVALID'],
    ['too many bytes', { ...rgb, height: 31 }, 'IMAGE_FORMAT_INVALID'],
    ['sides that are none', { ...rgb, width: 0.5 }, 'IMAGE_FORMAT_INVALID'],
    ['negative sides', { ...rgb, width: -64, height: -32 }, 'IMAGE_FORMAT_INVALID'],
    ['no bytes', { ...rgb, bytes: new Uint8Array() }, 'IMAGE_EMPTY'],
    ['too large a picture', { ...rgb, bytes: new Uint8Array(12 * 2 ** 20 + 1) }, 'IMAGE_TOO_LARGE'],
  ])('are refused with %s', async (_, raw, code) => {
    await expect(decodeRawImage(raw)).rejects.toMatchObject({ code });
  });
});
