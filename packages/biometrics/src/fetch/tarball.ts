import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

const BLOCK_BYTES = 512;

const field = (block: Uint8Array, offset: number, length: number): string => {
  const text = Buffer.from(block.subarray(offset, offset + length)).toString('latin1');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
};

/** True if the bytes hash to a `sha512-...` subresource integrity. */
export const matchesIntegrity = (bytes: Uint8Array, integrity: string): boolean =>
  integrity === `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

/**
 * Regular files of an npm tarball (gzip, ustar) by their path inside the package; only those asked for. The contents
 * are views into one buffer.
 */
export const readTarball = (tgz: Uint8Array, wanted: ReadonlySet<string>): Map<string, Uint8Array> => {
  const tar = gunzipSync(tgz);
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK_BYTES <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK_BYTES);
    if (header[0] === 0) break;
    const prefix = field(header, 345, 155);
    const name = (prefix ? `${prefix}/` : '') + field(header, 0, 100);
    const bytes = Number.parseInt(field(header, 124, 12).trim(), 8);
    const type = field(header, 156, 1);
    at += BLOCK_BYTES;
    // The first folder of every npm tarball stands for the package.
    const path = name.slice(name.indexOf('/') + 1);
    if ((type === '0' || type === '') && wanted.has(path)) files.set(path, tar.subarray(at, at + bytes));
    at += Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return files;
};
