import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readExifExposure } from './exif-exposure.ts';

const exifOf = async (fields: Record<string, string>): Promise<Uint8Array> => {
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'grey' } })
    .withExif({ IFD2: fields })
    .jpeg()
    .toBuffer();
  return (await sharp(jpeg).metadata()).exif!;
};

describe('readExifExposure', () => {
  it('computes the light value from time, aperture and sensitivity', async () => {
    const sunny = await exifOf({ ExposureTime: '1/128', FNumber: '16/1', ISOSpeedRatings: '100' });
    expect(readExifExposure(sunny)?.exposureValue).toBeCloseTo(15, 5);
    const night = await exifOf({ ExposureTime: '1/4', FNumber: '2/1', ISOSpeedRatings: '3200' });
    expect(readExifExposure(night)?.exposureValue).toBeCloseTo(-1, 5);
  });

  it('says nothing where a setting is missing or absurd', async () => {
    expect(readExifExposure(await exifOf({ FNumber: '2/1' }))).toBeUndefined();
    const absurd = await exifOf({ ExposureTime: '0/1', FNumber: '2/1', ISOSpeedRatings: '100' });
    expect(readExifExposure(absurd)).toBeUndefined();
  });

  it('never throws, however the block is cut or damaged', async () => {
    const exif = await exifOf({ ExposureTime: '1/128', FNumber: '16/1', ISOSpeedRatings: '100' });
    for (let length = 0; length < exif.length; length++) {
      expect(() => readExifExposure(exif.subarray(0, length))).not.toThrow();
    }
    for (let at = 0; at < exif.length; at++) {
      const damaged = Uint8Array.from(exif);
      damaged[at] ^= 0xff;
      expect(() => readExifExposure(damaged)).not.toThrow();
    }
  });
});
