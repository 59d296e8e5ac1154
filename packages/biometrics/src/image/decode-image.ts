import { limits, RecognizeError } from '@openrecognize/contracts';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { decodeBmp, readBmpHeader } from './bmp.ts';
import { type ExifExposure, readExifExposure } from './exif-exposure.ts';
import { type ImageFormat, sniffImageFormat } from './image-format.ts';
import type { RawImage } from './raw-image.ts';
import type { RgbImage } from './rgb-image.ts';

// libvips keeps the pixels of recent operations; a photo must not outlive its analysis.
sharp.cache(false);
sharp.concurrency(1);

/** Most pixels a header may announce. */
export const MAX_IMAGE_PIXELS = 64_000_000;
/** Longest side of the picture the pipeline works on; larger ones are scaled down while they are decoded. */
export const WORKING_SIDE_PIXELS = 960;

/** A file that takes longer to decode is not worth it. */
const DECODE_TIMEOUT_SECONDS = 10;

export interface DecodeOptions {
  /** Turn the picture as EXIF orientation says; default true. */
  readonly exifTranspose?: boolean;
}

export interface DecodedImage {
  /** Owned by the caller, who wipes it. */
  readonly image: RgbImage;
  readonly format: ImageFormat | RawImage['encoding'];
  /** Size as stored in the file, in pixels, before turning and scaling. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  readonly exposure: ExifExposure | undefined;
}

const invalid = (reason: string, cause?: unknown): RecognizeError =>
  new RecognizeError('IMAGE_FORMAT_INVALID', { details: { reason }, cause });

const tooLarge = (details: Record<string, number>): RecognizeError =>
  new RecognizeError('IMAGE_TOO_LARGE', { details });

const checkPixels = (width: number, height: number): void => {
  if (width * height > MAX_IMAGE_PIXELS) throw tooLarge({ width, height, maxPixels: MAX_IMAGE_PIXELS });
};

const readMetadata = async (bytes: Uint8Array): Promise<Metadata> => {
  try {
    return await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (cause) {
    throw invalid('unreadable header', cause);
  }
};

/** The tail every format shares: shrink to the working size, 8-bit sRGB, no alpha. */
const toRgb = async (input: Sharp, exifTranspose: boolean): Promise<RgbImage> => {
  try {
    const { data, info } = await (exifTranspose ? input.autoOrient() : input)
      .resize({
        width: WORKING_SIDE_PIXELS,
        height: WORKING_SIDE_PIXELS,
        fit: 'inside',
        withoutEnlargement: true,
        kernel: 'linear',
      })
      .flatten({ background: { r: 128, g: 128, b: 128 } })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .timeout({ seconds: DECODE_TIMEOUT_SECONDS })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw invalid('unexpected channels');
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    if (cause instanceof RecognizeError) throw cause;
    throw invalid('damaged image data', cause);
  }
};

const decodeBmpImage = async (bytes: Uint8Array): Promise<DecodedImage> => {
  const header = readBmpHeader(bytes);
  checkPixels(header.width, header.height);
  const full = decodeBmp(bytes, header);
  const raw = { width: full.width, height: full.height, channels: 3 as const };
  const large = Math.max(full.width, full.height) > WORKING_SIDE_PIXELS;
  const image = large ? await toRgb(sharp(full.data, { raw }), false) : full;
  if (large) full.data.fill(0);
  return { image, format: 'bmp', sourceWidth: full.width, sourceHeight: full.height, exposure: undefined };
};

/**
 * Bytes of a JPEG, PNG or BMP file to pixels (spec 02 §2). The size limits hold before anything is decompressed.
 * @throws RecognizeError `IMAGE_EMPTY`, `IMAGE_TOO_LARGE`, `IMAGE_FORMAT_INVALID`
 */
export const decodeImage = async (bytes: Uint8Array, options: DecodeOptions = {}): Promise<DecodedImage> => {
  if (bytes.length === 0) throw new RecognizeError('IMAGE_EMPTY');
  const maxBytes = limits.maxImageBytes;
  if (bytes.length > maxBytes) throw tooLarge({ bytes: bytes.length, maxBytes });
  const format = sniffImageFormat(bytes);
  if (format === undefined) throw invalid('neither JPEG, PNG nor BMP');
  if (format === 'bmp') return decodeBmpImage(bytes);
  const metadata = await readMetadata(bytes);
  if (metadata.format !== format) throw invalid('contents contradict the first bytes');
  checkPixels(metadata.width, metadata.height);
  const input = sharp(bytes, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error' });
  const image = await toRgb(input, options.exifTranspose ?? true);
  const exposure = metadata.exif === undefined ? undefined : readExifExposure(metadata.exif);
  return { image, format, sourceWidth: metadata.width, sourceHeight: metadata.height, exposure };
};

const CHANNELS = { luma: 1, rgb: 3 } as const;

/**
 * Raw pixels to a picture of the pipeline, under the limits of files (spec 02 BC-19). The pixels stay the caller's.
 * @throws RecognizeError `IMAGE_EMPTY`, `IMAGE_TOO_LARGE`, `IMAGE_FORMAT_INVALID`
 */
export const decodeRawImage = async ({ encoding, width, height, bytes }: RawImage): Promise<DecodedImage> => {
  if (bytes.length === 0) throw new RecognizeError('IMAGE_EMPTY');
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw invalid('sides are no positive integers');
  const maxBytes = limits.maxImageBytes;
  if (bytes.length > maxBytes) throw tooLarge({ bytes: bytes.length, maxBytes });
  const channels = CHANNELS[encoding];
  if (bytes.length !== channels * width * height) throw invalid('bytes do not fill the picture');
  const data = new Uint8Array(3 * width * height);
  if (channels === 3) data.set(bytes);
  else for (let i = 0, p = 0; i < bytes.length; i++, p += 3) data.fill(bytes[i], p, p + 3);
  const full: RgbImage = { width, height, data };
  const large = Math.max(width, height) > WORKING_SIDE_PIXELS;
  const image = large ? await toRgb(sharp(data, { raw: { width, height, channels: 3 } }), false) : full;
  if (large) data.fill(0);
  return { image, format: encoding, sourceWidth: width, sourceHeight: height, exposure: undefined };
};
