import { expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.ts';

it('knows the password again and no other, and salts every hash', async () => {
  const hash = await hashPassword('correct horse battery');
  expect(await verifyPassword('correct horse battery', hash)).toBe(true);
  expect(await verifyPassword('correct horse batterx', hash)).toBe(false);
  expect(await hashPassword('correct horse battery')).not.toBe(hash);
});

it('takes one spelling of a character for the other', async () => {
  expect(await verifyPassword('pa\u00e9ssword-12', await hashPassword('pae\u0301ssword-12'))).toBe(true);
});

it('refuses everything where there is no account or no valid hash', async () => {
  expect(await verifyPassword('anything', undefined)).toBe(false);
  expect(await verifyPassword('anything', 'scrypt$1$1$1$AA$AA')).toBe(false);
});
