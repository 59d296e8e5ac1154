import { copyFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestFolder } from '../../test/test-device.ts';
import { createEncryptedFileStore } from './encrypted-file-store.ts';

let path: string;
let removeFolder: () => Promise<void>;
const record = Uint8Array.from({ length: 300 }, (_, i) => i);
const next = new Uint8Array(300).fill(9);

beforeEach(async () => {
  const { folder, remove } = await createTestFolder();
  path = join(folder, 'state', 'device.store');
  removeFolder = remove;
});
afterEach(() => removeFolder());

const withStore = async <T>(
  use: (store: ReturnType<typeof createEncryptedFileStore>) => Promise<T>,
  options: Partial<Parameters<typeof createEncryptedFileStore>[0]> = {},
): Promise<T> => {
  const store = createEncryptedFileStore({ path, ...options });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
};
const read = (passphrase?: string) =>
  withStore((store) => store.read(), passphrase === undefined ? {} : { passphrase });
const write = (bytes: Uint8Array, passphrase?: string) =>
  withStore((store) => store.write(bytes), passphrase === undefined ? {} : { passphrase });
const names = () => readdir(dirname(path));

describe.each([[undefined], ['correct horse']])('a store with passphrase %s', (passphrase) => {
  it('gives back the last record after a restart', async () => {
    expect(await read(passphrase)).toBeUndefined();
    await write(record, passphrase);
    await write(next, passphrase);
    expect(await read(passphrase)).toEqual(next);
  });

  it('refuses every altered byte with STORE_CORRUPT and leaves the file as it is', async () => {
    await write(record, passphrase);
    const whole = await readFile(path);
    // Every part of the file: prefix, kind, salt, nonce, body, tag. Few, as each costs a key derivation.
    for (const at of [0, 4, 5, 6, 25, 40, whole.length - 1]) {
      const altered = Buffer.from(whole);
      altered[at]! ^= 1;
      await writeFile(path, altered);
      await expect(withStore((store) => store.write(next), passphrase === undefined ? {} : { passphrase }))
        .rejects // on purpose a write
        .toMatchObject({ code: 'STORE_CORRUPT' });
      expect(await readFile(path)).toEqual(altered);
    }
    await writeFile(path, whole);
    expect(await read(passphrase)).toEqual(record);
  });
});

describe('an encrypted file store', () => {
  it('shows neither the record nor its key to others', async () => {
    await write(record);
    expect((await readFile(path)).includes(Buffer.from(record.subarray(0, 32)))).toBe(false);
    for (const file of [path, `${path}.key`]) expect((await stat(file)).mode & 0o077).toBe(0);
    expect((await stat(dirname(path))).mode & 0o077).toBe(0);
  });

  it('encrypts the same record differently each time', async () => {
    await write(record);
    const first = await readFile(path);
    await write(record);
    expect((await readFile(path)).equals(first)).toBe(false);
  });

  it.each([
    ['another passphrase', 'wrong'],
    ['a key file', undefined],
  ])('refuses %s than the one it was made with', async (_, passphrase) => {
    await write(record, 'right');
    await expect(read(passphrase)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(await read('right')).toEqual(record);
  });

  it('says STORE_CORRUPT when its key file is gone or short, and opens again when it is back', async () => {
    await write(record);
    await copyFile(`${path}.key`, `${path}.saved`);
    await truncate(`${path}.key`, 5);
    await expect(read()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await rm(`${path}.key`);
    await expect(write(next)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await copyFile(`${path}.saved`, `${path}.key`);
    expect(await read()).toEqual(record);
  });

  it.each([0, 1, 30, 200])('says STORE_CORRUPT for a file cut to %d bytes', async (length) => {
    await write(record);
    await truncate(path, length);
    await expect(read()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('keeps the old record when it fails between the temporary file and the rename', async () => {
    await write(record);
    const rename = async () => {
      throw new Error('power cut');
    };
    await expect(withStore((store) => store.write(next), { rename })).rejects.toThrow('power cut');
    expect(await read()).toEqual(record);
    expect(await names()).toEqual(['device.store', 'device.store.key']);
  });

  it('removes temporary files that a crash left', async () => {
    await write(record);
    await writeFile(`${path}.new-1234`, 'half a file');
    expect(await read()).toEqual(record);
    expect(await names()).not.toContain('device.store.new-1234');
  });

  it('forgets record and key when cleared, and sets aside what it can not read', async () => {
    await write(record);
    await withStore((store) => store.clear());
    expect(await names()).toEqual([]);
    await write(record);
    await writeFile(path, 'something else altogether, longer than any header and its tag would be');
    await withStore(async (store) => {
      await store.clear();
      expect(await store.read()).toBeUndefined();
      await store.write(next);
      expect(await store.read()).toEqual(next);
    });
    expect((await names()).some((name) => name.startsWith('device.store.corrupt-'))).toBe(true);
  });

  it('refuses work after it was closed', async () => {
    const store = createEncryptedFileStore({ path });
    await store.close();
    await expect(store.read()).rejects.toThrow('closed');
  });
});
