import type { ImageInput } from '@openrecognize/biometrics';
import { RecognizeError } from '@openrecognize/contracts';
import type { FrameHeader } from '@openrecognize/contracts/ws';

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Frame headers SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81 table B.1). */
const isFrameMarker = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Size a JPEG announces, read from its markers alone; undefined for what is none. */
export const readJpegSize = (bytes: Uint8Array): PictureSize | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (isFrameMarker(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
};

/**
 * The picture of a frame, checked against its header before anything is decompressed (spec 07 WS-6): a small JPEG can
 * announce a picture that fills the memory.
 *
 * @param bytes decrypted; the result refers to them.
 * @throws RecognizeError IMAGE_FORMAT_INVALID
 */
export const framePicture = ({ encoding, width, height }: FrameHeader, bytes: Uint8Array): ImageInput => {
  if (encoding === 'jpeg') {
    const size = readJpegSize(bytes);
    if (size?.width === width && size.height === height) return bytes;
  } else if (bytes.length === width * height * (encoding === 'rgb' ? 3 : 1)) {
    return { encoding, width, height, bytes };
  }
  throw new RecognizeError('IMAGE_FORMAT_INVALID', { details: { reason: 'not as its header says' } });
};
