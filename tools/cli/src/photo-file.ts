import { CameraError } from '@keyless/sdk-mobile';
import { readImageFile } from '@keyless/sdk-mobile/node';
import { RecognizeError } from '@openrecognize/contracts';
import { UsageError } from './cli-failure.ts';

const signatures: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
  [0x42, 0x4d],
];

/**
 * Bytes of a photo; refuses what can't be one before any model is loaded, with the path in the message.
 *
 * @throws UsageError for a path that is no readable file; RecognizeError IMAGE_* for a file that is no picture.
 */
export const readPhoto = async (path: string): Promise<Uint8Array> => {
  let bytes: Uint8Array;
  try {
    bytes = await readImageFile(path);
  } catch (error) {
    if (error instanceof CameraError) throw new UsageError(error.message);
    throw error;
  }
  if (!signatures.some((signature) => signature.every((byte, i) => bytes[i] === byte))) {
    throw new RecognizeError('IMAGE_FORMAT_INVALID', { message: `${path}: not a JPEG, PNG or BMP picture` });
  }
  return bytes;
};
