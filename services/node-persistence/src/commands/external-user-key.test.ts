import { expect, it } from 'vitest';
import { externalUserKey } from './external-user-key.ts';

it('compares without case and without regard to how an accent is spelled', () => {
  expect(externalUserKey('JÜRGEN')).toBe(externalUserKey('jürgen'));
  expect(externalUserKey('zoe\u0308')).toBe(externalUserKey('ZO\u00cb'));
  expect(externalUserKey('ÎÏ')).toBe(externalUserKey('îï'));
});

it('keeps different names apart', () => {
  expect(externalUserKey('anna')).not.toBe(externalUserKey('ánna'));
  expect(externalUserKey('anna ')).not.toBe(externalUserKey('anna'));
});
