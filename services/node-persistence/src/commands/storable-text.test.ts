import { expect, it } from 'vitest';
import { assertStorableText } from './storable-text.ts';

it('refuses what PostgreSQL cannot hold or would change', () => {
  for (const text of ['a\u0000b', '\ud800', 'x\udc00']) {
    expect(() => assertStorableText(text, '/id')).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', details: { path: '/id' } }),
    );
  }
});

it('lets everything else through', () => {
  for (const text of [undefined, '', 'Zoë', '\u{1f600}', "'; DROP TABLE users --"]) {
    expect(() => assertStorableText(text, '/id')).not.toThrow();
  }
});
