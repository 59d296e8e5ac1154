import { readFile, stat } from 'node:fs/promises';
import { limits, RecognizeError } from '@openrecognize/contracts';
import { CameraError, type CameraPort, type CaptureRequest } from '../ports/camera-port.ts';

const describe = (error: unknown): string => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'no such file';
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read';
    default:
      return 'it cannot be read';
  }
};

/**
 * Bytes of a picture file.
 *
 * @throws CameraError unavailable, with the path and the reason; RecognizeError IMAGE_EMPTY, IMAGE_TOO_LARGE.
 */
export const readImageFile = async (path: string): Promise<Uint8Array> => {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw new CameraError('unavailable', `${path}: not a file`);
    if (facts.size === 0) throw new RecognizeError('IMAGE_EMPTY', { message: `${path}: the file is empty.` });
    if (facts.size > limits.maxImageBytes) {
      throw new RecognizeError('IMAGE_TOO_LARGE', {
        message: `${path}: over ${limits.maxImageBytes} bytes.`,
      });
    }
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (error instanceof CameraError || error instanceof RecognizeError) throw error;
    const reason = (error as NodeJS.ErrnoException).code === 'EACCES' ? 'denied' : 'unavailable';
    throw new CameraError(reason, `${path}: ${describe(error)}`, { cause: error });
  }
};

/**
 * A camera that shows picture files instead of a person: for servers, terminals and tests. Delays are skipped.
 *
 * @param source paths of pictures of one face, or what chooses them for a capture.
 */
export const createImageFileCamera = (
  source: readonly string[] | ((request: CaptureRequest) => readonly string[]),
): CameraPort => ({
  capture: (request) =>
    Promise.all((typeof source === 'function' ? source(request) : source).map(readImageFile)),
});
