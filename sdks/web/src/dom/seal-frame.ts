import { concatBytes, wipe } from '@openrecognize/bytes';
import {
  encodeFrameContext,
  encodeFrameHeader,
  type FrameContext,
  type FrameHeader,
  frameAssociatedData,
  frameNonce,
  webSessionLimits,
} from '@openrecognize/contracts/ws';

/** What one frame is encrypted with and bound to. */
export interface FrameSealing {
  readonly key: CryptoKey;
  readonly header: FrameHeader;
  readonly context: FrameContext;
}

/**
 * A binary message: header, then AES-256-GCM ciphertext and tag (spec 07 §4, §5). The nonce is the header's sequence:
 * callers never seal two frames of one sequence under one key.
 *
 * @param picture encoded frame; wiped before this resolves
 */
export async function sealFrame(
  picture: Uint8Array<ArrayBuffer>,
  { key, header, context }: FrameSealing,
): Promise<Uint8Array<ArrayBuffer>> {
  const head = encodeFrameHeader(header);
  try {
    const contextHash = new Uint8Array(await crypto.subtle.digest('SHA-256', encodeFrameContext(context)));
    const algorithm = {
      name: 'AES-GCM',
      iv: frameNonce(header.sequence),
      additionalData: frameAssociatedData(head, contextHash),
      tagLength: webSessionLimits.tagBytes * 8,
    };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, picture));
    return concatBytes(head, sealed);
  } finally {
    wipe(picture);
  }
}
