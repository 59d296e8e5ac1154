import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { framePicture, readJpegSize } from './frame-picture.ts';

const jpeg = async (width: number, height: number, progressive = false) =>
  Uint8Array.from(
    await sharp({ create: { width, height, channels: 3, background: '#123456' } })
      .withExif({ IFD0: { ImageDescription: 'x'.repeat(500) } })
      .jpeg({ progressive })
      .toBuffer(),
  );

const header = { flashStep: 0, sequence: 0, capturedAtMs: 0, width: 320, height: 240 } as const;
const invalid = expect.objectContaining({ code: 'IMAGE_FORMAT_INVALID' });

describe('the size of a JPEG', () => {
  it('is read from its markers, baseline and progressive, behind other segments', async () => {
    expect(readJpegSize(await jpeg(320, 240))).toEqual({ width: 320, height: 240 });
    expect(readJpegSize(await jpeg(641, 2, true))).toEqual({ width: 641, height: 2 });
  });

  it('is unknown wherever it is cut before its frame header, and never read past the end', async () => {
    const whole = await jpeg(320, 240);
    const isKnown = (length: number) => readJpegSize(whole.subarray(0, length)) !== undefined;
    const first = whole.findIndex((_, length) => isKnown(length));
    expect(first).toBeGreaterThan(500);
    expect(readJpegSize(new Uint8Array(0))).toBeUndefined();
    expect(readJpegSize(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined();
  });
});

describe('the picture of a frame (WS-6)', () => {
  it('is what its header says', async () => {
    const bytes = await jpeg(320, 240);
    expect(framePicture({ ...header, encoding: 'jpeg' }, bytes)).toBe(bytes);
    expect(() => framePicture({ ...header, encoding: 'jpeg', width: 321 }, bytes)).toThrow(invalid);
  });

  it('of raw pixels has as many bytes as its size and encoding ask for', () => {
    const luma = new Uint8Array(320 * 240);
    expect(framePicture({ ...header, encoding: 'luma' }, luma)).toMatchObject({
      encoding: 'luma',
      width: 320,
    });
    expect(() => framePicture({ ...header, encoding: 'rgb' }, luma)).toThrow(invalid);
  });
});
