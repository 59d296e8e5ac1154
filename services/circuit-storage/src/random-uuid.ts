import { bytesToHex } from '@openrecognize/bytes';

/** Version 4 UUID (RFC 9562 §5.4) from 16 bytes of `randomBytes`. */
export const randomUuid = (randomBytes: (length: number) => Uint8Array): string => {
  const bytes = Uint8Array.from(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytesToHex(bytes);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return groups.join('-');
};
