import { expect, it } from 'vitest';
import { decodeBase64Field, encodeBase64Field } from './base64-field.ts';

it('takes exactly one text per byte string', () => {
  expect([...decodeBase64Field('AQI=', '/x')]).toEqual([1, 2]);
  expect(encodeBase64Field(new Uint8Array([0, 1, 2]).subarray(1))).toBe('AQI=');
  for (const text of ['AQI', 'AQJ=', 'AQI==', 'A', '=', 'AQ I=']) {
    expect(() => decodeBase64Field(text, '/x')).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', details: { path: '/x' } }),
    );
  }
});

it('refuses another length than the expected one, which the characters alone do not tell', () => {
  const bytes33 = 'A'.repeat(44);
  expect(() => decodeBase64Field(bytes33, '/x', 32)).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST' }),
  );
  expect(decodeBase64Field(`${'A'.repeat(43)}=`, '/x', 32)).toHaveLength(32);
});
