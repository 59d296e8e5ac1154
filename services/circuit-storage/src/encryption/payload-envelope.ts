import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import type { DataKeyWrapperKind, WrappedDataKey } from '../ports/data-key-wrapper.ts';
import { DamagedObjectError } from '../ports/object-store-error.ts';

/*
 * Offset  Bytes
 *      0      8  8f 4f 52 53 45 41 4c 0a ("ORSEAL" between a byte that no text has and a line feed)
 *      8      1  version, 1
 *      9      1  who wrapped the data key: 1 a key file, 2 a key service
 *     10      1  length k of the wrapping key's id
 *     11      2  length w of the wrapped data key, little-endian
 *     13      k  id of the wrapping key, ASCII
 *   13+k      w  wrapped data key
 *   +w       12  nonce
 *   +12       n  content under AES-256-GCM
 *   +n       16  tag
 *
 * What precedes the content is authenticated, followed by the object's key: an envelope opens at its own key only.
 */
const MAGIC = Uint8Array.of(0x8f, 0x4f, 0x52, 0x53, 0x45, 0x41, 0x4c, 0x0a);
const VERSION = 1;
const FIXED_BYTES = 13;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

export const NONCE_BYTES = 12;

const KINDS = ['file', 'kms'] as const satisfies readonly DataKeyWrapperKind[];

/** A data key with what stands for it in an envelope. */
export interface SealingKey extends WrappedDataKey {
  readonly kind: DataKeyWrapperKind;
  readonly key: KeyObject;
}

/** An envelope taken apart; its arrays are views. */
export interface ParsedEnvelope extends WrappedDataKey {
  readonly kind: DataKeyWrapperKind;
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
  readonly tag: Uint8Array;
}

/** By how many bytes an envelope under that data key is larger than its content. */
export const envelopeOverheadBytes = ({ keyId, wrapped }: WrappedDataKey): number =>
  FIXED_BYTES + keyId.length + wrapped.length + NONCE_BYTES + TAG_BYTES;

const additionalData = (header: Uint8Array, objectKey: string): Buffer =>
  Buffer.concat([header, Buffer.from(objectKey, 'utf8')]);

/** `nonce`, 12 bytes, must never come twice with one key. */
export const sealEnvelope = (
  { kind, keyId, wrapped, key }: SealingKey,
  nonce: Uint8Array,
  objectKey: string,
  content: Uint8Array,
): Uint8Array => {
  const envelope = new Uint8Array(envelopeOverheadBytes({ keyId, wrapped }) + content.length);
  envelope.set(MAGIC);
  envelope.set(
    [VERSION, KINDS.indexOf(kind) + 1, keyId.length, wrapped.length & 255, wrapped.length >> 8],
    8,
  );
  envelope.set(Buffer.from(keyId, 'latin1'), FIXED_BYTES);
  envelope.set(wrapped, FIXED_BYTES + keyId.length);
  const nonceAt = FIXED_BYTES + keyId.length + wrapped.length;
  envelope.set(nonce, nonceAt);
  const contentAt = nonceAt + NONCE_BYTES;
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(additionalData(envelope.subarray(0, contentAt), objectKey));
  envelope.set(cipher.update(content), contentAt);
  cipher.final();
  envelope.set(cipher.getAuthTag(), contentAt + content.length);
  return envelope;
};

/**
 * `object` taken apart, or undefined if it is no envelope but an object stored in the clear.
 *
 * @throws DamagedObjectError for an envelope that is cut short or of an unknown make
 */
export const parseEnvelope = (object: Uint8Array): ParsedEnvelope | undefined => {
  if (object.length < MAGIC.length || MAGIC.some((byte, at) => object[at] !== byte)) return undefined;
  const kind = KINDS[(object[9] ?? 0) - 1];
  const keyIdBytes = object[10] ?? 0;
  const wrappedBytes = (object[11] ?? 0) | ((object[12] ?? 0) << 8);
  const nonceAt = FIXED_BYTES + keyIdBytes + wrappedBytes;
  const contentAt = nonceAt + NONCE_BYTES;
  const tagAt = object.length - TAG_BYTES;
  if (object[8] !== VERSION || kind === undefined || tagAt < contentAt) {
    throw new DamagedObjectError('envelope cut short or of an unknown make');
  }
  return {
    kind,
    keyId: Buffer.from(object.subarray(FIXED_BYTES, FIXED_BYTES + keyIdBytes)).toString('latin1'),
    wrapped: object.subarray(FIXED_BYTES + keyIdBytes, nonceAt),
    header: object.subarray(0, contentAt),
    nonce: object.subarray(nonceAt, contentAt),
    sealed: object.subarray(contentAt, tagAt),
    tag: object.subarray(tagAt),
  };
};

/**
 * The content, owned by the caller.
 *
 * @throws DamagedObjectError if anything of the envelope was changed, or if it belongs to another object
 */
export const openEnvelope = (envelope: ParsedEnvelope, key: KeyObject, objectKey: string): Uint8Array => {
  const decipher = createDecipheriv(ALGORITHM, key, envelope.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(envelope.header, objectKey));
  decipher.setAuthTag(envelope.tag);
  const content = decipher.update(envelope.sealed);
  try {
    decipher.final();
  } catch (cause) {
    content.fill(0);
    throw new DamagedObjectError('envelope changed or of another object', { cause });
  }
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
};
