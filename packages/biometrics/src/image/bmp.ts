import { RecognizeError } from '@openrecognize/contracts';
import type { RgbImage } from './rgb-image.ts';

const FILE_HEADER_BYTES = 14;
const INFO_HEADER_BYTES = 40;
/** BITMAPINFOHEADER, and its V4 and V5 successors, which begin with the same fields. */
const INFO_HEADER_SIZES = [40, 108, 124];

/** What the header of a BMP file says, after every field the decoder relies on was checked. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bytesPerPixel: 3 | 4;
  readonly pixelOffset: number;
  readonly rowBytes: number;
}

const invalid = (reason: string): RecognizeError =>
  new RecognizeError('IMAGE_FORMAT_INVALID', { details: { format: 'bmp', reason } });

/**
 * Reads the header of an uncompressed 24- or 32-bit BMP (Microsoft BITMAPINFOHEADER, BI_RGB), strictly.
 * @throws RecognizeError `IMAGE_FORMAT_INVALID` for any other kind of BMP or one whose pixels are not all there.
 */
export const readBmpHeader = (bytes: Uint8Array): BmpHeader => {
  if (bytes.length < FILE_HEADER_BYTES + INFO_HEADER_BYTES) throw invalid('truncated header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixelOffset = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  if (!INFO_HEADER_SIZES.includes(headerBytes)) throw invalid('unknown header');
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bitsPerPixel = view.getUint16(28, true);
  if (width <= 0 || height === 0) throw invalid('empty or negative size');
  if (view.getUint16(26, true) !== 1) throw invalid('planes');
  if (bitsPerPixel !== 24 && bitsPerPixel !== 32) throw invalid('only 24 and 32 bits per pixel are read');
  if (view.getUint32(30, true) !== 0) throw invalid('only uncompressed files are read');
  const bytesPerPixel = bitsPerPixel === 24 ? 3 : 4;
  const rowBytes = Math.ceil((width * bytesPerPixel) / 4) * 4;
  if (pixelOffset < FILE_HEADER_BYTES + headerBytes) throw invalid('pixels overlap the header');
  if (pixelOffset + rowBytes * height > bytes.length) throw invalid('truncated pixels');
  return { width, height, topDown: signedHeight < 0, bytesPerPixel, pixelOffset, rowBytes };
};

/** Pixels of a BMP as RGB; a fourth byte per pixel is ignored, as BI_RGB reserves it. The result is the caller's to wipe. */
export const decodeBmp = (bytes: Uint8Array, header: BmpHeader): RgbImage => {
  const { width, height, topDown, bytesPerPixel, pixelOffset, rowBytes } = header;
  const data = new Uint8Array(3 * width * height);
  let target = 0;
  for (let y = 0; y < height; y++) {
    let p = pixelOffset + (topDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++, p += bytesPerPixel, target += 3) {
      data[target] = bytes[p + 2];
      data[target + 1] = bytes[p + 1];
      data[target + 2] = bytes[p];
    }
  }
  return { width, height, data };
};
