import { utf8ToBytes } from '@openrecognize/bytes';
import { webSessionLimits } from './session-limits.ts';

/** Bytes of the header in front of a frame's ciphertext. */
export const FRAME_HEADER_BYTES = 16;

/** Encodings by their number on the wire. `rgb`: 3 bytes a pixel; `luma`: 1; both row by row without padding. */
export const FRAME_ENCODINGS = ['jpeg', 'luma', 'rgb'] as const;

export type FrameEncoding = (typeof FRAME_ENCODINGS)[number];

/** Header of a binary message (spec 07 §4); it is authenticated with the ciphertext. */
export interface FrameHeader {
  readonly encoding: FrameEncoding;
  /** Step of the flash shown when the frame was taken, 0 to 255; 0 without flash. */
  readonly flashStep: number;
  /** 0 for the first frame of a stream, then one more with each. */
  readonly sequence: number;
  /** Milliseconds from `begin-stream` to the moment the frame was taken. */
  readonly capturedAtMs: number;
  readonly width: number;
  readonly height: number;
}

/** Writes a header, little-endian. Fields out of their range wrap: callers hold them to the limits. */
export function encodeFrameHeader(header: FrameHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, webSessionLimits.version);
  view.setUint8(1, FRAME_ENCODINGS.indexOf(header.encoding));
  view.setUint8(2, 0);
  view.setUint8(3, header.flashStep);
  view.setUint32(4, header.sequence, true);
  view.setUint32(8, header.capturedAtMs, true);
  view.setUint16(12, header.width, true);
  view.setUint16(14, header.height, true);
  return bytes;
}

/** Reads a header; null where version, encoding, flags or size of the picture are not of this version. */
export function decodeFrameHeader(message: Uint8Array): FrameHeader | null {
  if (message.byteLength < FRAME_HEADER_BYTES) {
    return null;
  }
  const view = new DataView(message.buffer, message.byteOffset, FRAME_HEADER_BYTES);
  const encoding = FRAME_ENCODINGS[view.getUint8(1)];
  if (view.getUint8(0) !== webSessionLimits.version || encoding === undefined || view.getUint8(2) !== 0) {
    return null;
  }
  const width = view.getUint16(12, true);
  const height = view.getUint16(14, true);
  const { minFrameSide, maxFrameSide, maxFramePixels } = webSessionLimits;
  const isSized = Math.min(width, height) >= minFrameSide && Math.max(width, height) <= maxFrameSide;
  if (!isSized || width * height > maxFramePixels) {
    return null;
  }
  return {
    encoding,
    flashStep: view.getUint8(3),
    sequence: view.getUint32(4, true),
    capturedAtMs: view.getUint32(8, true),
    width,
    height,
  };
}

/** 96-bit nonce of a frame: 4 zero bytes, then its sequence as a big-endian u64. */
export function frameNonce(sequence: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(8, sequence, false);
  return nonce;
}

/** What the frames of one stream are bound to. */
export interface FrameContext {
  readonly sessionId: string;
  readonly stream: number;
  readonly flow: string;
  readonly customer: string;
  readonly username: string;
  readonly transactionData?: string | undefined;
  readonly operationId?: string | undefined;
}

/**
 * Bytes whose SHA-256 follows the header in a frame's associated data (spec 07 WS-4): each part of the context in UTF-8
 * behind its length as u32 little-endian; an absent part has length 0xffffffff.
 * @throws {BytesError} a text holds a lone surrogate
 */
export function encodeFrameContext(context: FrameContext): Uint8Array<ArrayBuffer> {
  const texts = [
    'openrecognize/web-session/v1',
    context.sessionId,
    String(context.stream),
    context.flow,
    context.customer,
    context.username,
    context.transactionData,
    context.operationId,
  ];
  const parts = texts.map((text) => (text === undefined ? undefined : utf8ToBytes(text)));
  const total = parts.reduce((sum, part) => sum + 4 + (part?.byteLength ?? 0), 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const part of parts) {
    view.setUint32(offset, part?.byteLength ?? 0xffffffff, true);
    bytes.set(part ?? [], offset + 4);
    offset += 4 + (part?.byteLength ?? 0);
  }
  return bytes;
}

/** Associated data of a frame: header, then the SHA-256 of `encodeFrameContext`. */
export function frameAssociatedData(header: Uint8Array, contextHash: Uint8Array): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(FRAME_HEADER_BYTES + contextHash.byteLength);
  data.set(header.subarray(0, FRAME_HEADER_BYTES));
  data.set(contextHash, FRAME_HEADER_BYTES);
  return data;
}
