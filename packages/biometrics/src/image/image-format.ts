/** Formats a photo may have. */
export type ImageFormat = 'jpeg' | 'png' | 'bmp';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const startsWith = (bytes: Uint8Array, prefix: readonly number[]): boolean =>
  bytes.length >= prefix.length && prefix.every((value, index) => bytes[index] === value);

/**
 * Format by the first bytes alone: names, extensions and content types are claims of the sender.
 * Returns undefined for everything else.
 */
export const sniffImageFormat = (bytes: Uint8Array): ImageFormat | undefined => {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(bytes, PNG_SIGNATURE)) return 'png';
  if (startsWith(bytes, [0x42, 0x4d])) return 'bmp';
  return undefined;
};
