import { describe, expect, it } from 'vitest';
import { parseKeySources } from './key-sources.ts';

const parse = (...entries: string[]) => parseKeySources(entries, 'SIGNING_KEYS', ['file', 'kms', 'pkcs11']);

describe('a list of keys', () => {
  it('is read with sources that hold colons, slashes and equals signs', () => {
    const arn = 'arn:aws:kms:eu-central-1:111122223333:key/0b2f6a9e';
    expect(
      parse(
        `PIN/FACE-2=kms:${arn}`,
        'PIN/FACE=file:/keys/a=b.pem;until=2030-01-31T00:00:00Z',
        'next=pkcs11:jwt',
      ),
    ).toEqual([
      { keyId: 'PIN/FACE-2', kind: 'kms', location: arn },
      {
        keyId: 'PIN/FACE',
        kind: 'file',
        location: '/keys/a=b.pem',
        publishedUntilMs: Date.UTC(2030, 0, 31),
      },
      { keyId: 'next', kind: 'pkcs11', location: 'jwt' },
    ]);
  });

  it.each([
    ['no entry', []],
    ['no source', ['PIN/FACE']],
    ['an unknown source', ['PIN/FACE=vault:x']],
    ['no location', ['PIN/FACE=file:']],
    ['no id', ['=file:/a']],
    ['an end of the first key', ['a=file:/a;until=2030-01-31T00:00:00Z']],
    ['a time without zone', ['a=file:/a', 'b=file:/b;until=2030-01-31T00:00:00']],
    ['a time that does not exist', ['a=file:/a', 'b=file:/b;until=2030-13-31T00:00:00Z']],
    ['one id twice', ['a=file:/a', 'a=file:/b']],
  ])('is refused with %s', (_, entries) => {
    expect(() => parse(...entries)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables: ['SIGNING_KEYS'] } }),
    );
  });
});
