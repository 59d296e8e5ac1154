import { createDecipheriv, hash } from 'node:crypto';
import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import {
  encodeFrameContext,
  FRAME_HEADER_BYTES,
  type FrameContext,
  type FrameHeader,
  frameAssociatedData,
  frameNonce,
  webSessionLimits,
} from '@openrecognize/contracts/ws';

const { tagBytes, contentKeyBytes } = webSessionLimits;

/** Opens the frames of one stream. */
export interface FrameCipher {
  /**
   * @param message whole binary message.
   * @returns the picture, owned by the caller, who wipes it.
   * @throws RecognizeError IMAGE_DECRYPT_FAILED for a key, header, context or ciphertext that is not the right one
   */
  open(header: FrameHeader, message: Uint8Array): Uint8Array;
  /** Erases the key. */
  close(): void;
}

/**
 * AES-256-GCM bound to session, stream and subject (spec 07 WS-4, WS-5).
 *
 * @param key 32 bytes, owned by the cipher from here on.
 * @throws RecognizeError IMAGE_DECRYPT_FAILED for a key of another length
 */
export const createFrameCipher = (key: Uint8Array, context: FrameContext): FrameCipher => {
  if (key.length !== contentKeyBytes) {
    wipe(key);
    throw new RecognizeError('IMAGE_DECRYPT_FAILED');
  }
  const contextHash = hash('sha256', encodeFrameContext(context), 'buffer');
  return {
    open: ({ sequence }, message) => {
      const sealed = message.subarray(FRAME_HEADER_BYTES);
      if (sealed.length < tagBytes) throw new RecognizeError('IMAGE_DECRYPT_FAILED');
      const decipher = createDecipheriv('aes-256-gcm', key, frameNonce(sequence), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(frameAssociatedData(message, contextHash));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      const picture = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
      try {
        decipher.final();
      } catch {
        wipe(picture);
        throw new RecognizeError('IMAGE_DECRYPT_FAILED');
      }
      return picture;
    },
    close: () => wipe(key),
  };
};
