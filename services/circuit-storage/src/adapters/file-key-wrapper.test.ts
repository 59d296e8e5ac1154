import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexToBytes } from '@openrecognize/bytes';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileKeyWrapper } from './file-key-wrapper.ts';

const folder = mkdtempSync(join(tmpdir(), 'payload-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fileOf = (content: string): string => {
  const file = join(folder, String(files++));
  writeFileSync(file, content);
  return file;
};
const KEY_A = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';
const KEY_B = 'ff'.repeat(32);

describe('key file', () => {
  it('unwraps the vector of RFC 3394 §4.6', async () => {
    const wrapper = createFileKeyWrapper(fileOf(`2026-01 ${KEY_A}\n`));
    const wrapped = hexToBytes(
      '28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21',
    );
    expect(await wrapper.unwrap({ keyId: '2026-01', wrapped })).toEqual(
      hexToBytes('00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F'),
    );
  });

  it('wraps under its first key and unwraps under all', async () => {
    const old = await createFileKeyWrapper(fileOf(`a ${KEY_A}`)).generate();
    const rotated = createFileKeyWrapper(fileOf(`# newest first\nb ${KEY_B}\n\na ${KEY_A}\n`));
    const fresh = await rotated.generate();
    expect([old.keyId, fresh.keyId]).toEqual(['a', 'b']);
    expect(old.plaintext).not.toEqual(fresh.plaintext);
    for (const made of [old, fresh]) expect(await rotated.unwrap(made)).toEqual(made.plaintext);
  });

  it('tells a key it does not have from one that does not fit', async () => {
    const made = await createFileKeyWrapper(fileOf(`a ${KEY_A}`)).generate();
    const other = createFileKeyWrapper(fileOf(`a ${KEY_B}`));
    await expect(other.unwrap(made)).rejects.toMatchObject({ code: 'KEY_REFUSED' });
    await expect(other.unwrap({ ...made, keyId: 'b' })).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
  });

  it.each(['', '# nothing', `a ${KEY_A.slice(2)}`, KEY_A, `a ${KEY_A}\na ${KEY_B}`, `a/b ${KEY_A}`])(
    'of content %j is refused without a word of it',
    (content) => {
      const open = () => createFileKeyWrapper(fileOf(content));
      expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
      expect(open).not.toThrow(/[0-9a-f]{16}/i);
    },
  );

  it('that is not there is refused', () => {
    const open = () => createFileKeyWrapper(join(folder, 'none'));
    expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
