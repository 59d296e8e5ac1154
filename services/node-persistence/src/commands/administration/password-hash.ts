import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** RFC 7914: 32 MiB and some 60 ms for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const FORM = /^scrypt\$15\$8\$1\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

const derive = (password: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // One spelling per character, so that another keyboard types the same password.
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, COST, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
  });

/** `scrypt$15$8$1$salt$hash`, base64url. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt);
  return `scrypt$15$8$1$${salt.toString('base64url')}$${hash.toString('base64url')}`;
};

const NOBODY = `scrypt$15$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Takes as long without a stored hash as with one: whether an account exists does not show. */
export const verifyPassword = async (password: string, stored: string | undefined): Promise<boolean> => {
  const [, salt, hash] = FORM.exec(stored ?? NOBODY) ?? FORM.exec(NOBODY)!;
  const offered = await derive(password, Buffer.from(salt!, 'base64url'));
  return timingSafeEqual(offered, Buffer.from(hash!, 'base64url')) && stored !== undefined;
};
