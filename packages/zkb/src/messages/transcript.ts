import { concatBytes, u32le, u64le, utf8ToBytes } from '@openrecognize/bytes';

/** A field of a signing input. Absent and empty are told apart. */
export type TranscriptField = Uint8Array | string | undefined;

const absent = u32le(0xffff_ffff);

/**
 * Injective encoding of a labelled tuple (spec 04 §4.3): each field is its length as u32 followed by its bytes,
 * `undefined` is the length 2^32 - 1 alone. What is signed is the encoding itself; ECDSA hashes it.
 */
export const encodeTranscript = (label: string, fields: readonly TranscriptField[]): Uint8Array => {
  const parts: Uint8Array[] = [];
  for (const field of [`openrecognize/zkb/v1 ${label}`, ...fields]) {
    if (field === undefined) {
      parts.push(absent);
      continue;
    }
    const bytes = typeof field === 'string' ? utf8ToBytes(field) : field;
    parts.push(u32le(bytes.length), bytes);
  }
  return concatBytes(...parts);
};

/** A number below 2^32. */
export const u32Field = (value: number): Uint8Array => u32le(value);
/** Milliseconds since the epoch; a safe integer. */
export const u64Field = (value: number): Uint8Array => u64le(BigInt(value));
