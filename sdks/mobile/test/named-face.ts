import { createHash } from 'node:crypto';

/** A stable stand-in for a face: 2,048 bits drawn from a name. */
export const codeOfName = (name: string): Uint8Array => {
  const parts = Array.from({ length: 8 }, (_, i) => createHash('sha256').update(`${name} ${i}`).digest());
  return new Uint8Array(Buffer.concat(parts));
};
