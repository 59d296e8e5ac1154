import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileKeyWrapper } from '../src/adapters/file-key-wrapper.ts';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import { createDataKeys, type DataKeys } from '../src/encryption/data-keys.ts';
import { encryptedObjectStore } from '../src/encryption/encrypted-object-store.ts';
import { envelopeOverheadBytes } from '../src/encryption/payload-envelope.ts';
import { describeObjectStore } from './suites/object-store-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'payload-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const keyFileOf = (...lines: readonly string[]): string => {
  const file = join(folder, lines.map((line) => line.slice(0, 3)).join('-'));
  writeFileSync(file, lines.join('\n'));
  return file;
};
const OLD = `old ${'11'.repeat(32)}`;
const NEW = `new ${'22'.repeat(32)}`;

const keysOf = (seal: boolean, ...lines: readonly string[]): DataKeys =>
  createDataKeys({
    ...(seal ? { sealWith: 'file' } : {}),
    wrappers: lines.length === 0 ? [] : [createFileKeyWrapper(keyFileOf(...lines))],
    now: Date.now,
  });

describeObjectStore('memory, encrypted', async () => ({
  store: encryptedObjectStore(createMemoryObjectStore(), keysOf(true, OLD)),
  // AES key wrap adds 8 bytes to the 32 of a data key.
  overheadBytes: envelopeOverheadBytes({ keyId: 'old', wrapped: new Uint8Array(40) }),
  close: async () => {},
}));

describe('the encrypted object store', () => {
  const content = new Uint8Array(5000).fill(42);

  it('lets nothing of a content into the store beneath, and no two objects look alike', async () => {
    const beneath = createMemoryObjectStore();
    const store = encryptedObjectStore(beneath, keysOf(true, OLD));
    await store.put('u/1', content);
    await store.put('u/2', content);
    const [one, two] = [await beneath.get('u/1'), await beneath.get('u/2')];
    for (const stored of [one!, two!])
      expect(Buffer.from(stored).includes(Buffer.from(content.subarray(0, 8)))).toBe(false);
    expect(one!.subarray(-5016)).not.toEqual(two!.subarray(-5016));
  });

  it('reads what was stored in the clear, before and after a change of keys, and with encryption off again', async () => {
    const beneath = createMemoryObjectStore();
    await encryptedObjectStore(beneath, keysOf(false)).put('u/plain', content);
    await encryptedObjectStore(beneath, keysOf(true, OLD)).put('u/old', content);
    await encryptedObjectStore(beneath, keysOf(true, NEW, OLD)).put('u/new', content);
    const readers = [keysOf(true, NEW, OLD), keysOf(false, NEW, OLD)];
    for (const keys of readers) {
      const store = encryptedObjectStore(beneath, keys);
      for (const key of ['u/plain', 'u/old', 'u/new']) expect(await store.get(key)).toEqual(content);
    }
  });

  it('without the key of an object fails, which is no damage', async () => {
    const beneath = createMemoryObjectStore();
    await encryptedObjectStore(beneath, keysOf(true, OLD)).put('u/old', content);
    for (const keys of [keysOf(false), keysOf(true, NEW)]) {
      const failing = encryptedObjectStore(beneath, keys).get('u/old');
      await expect(failing).rejects.toMatchObject({ name: 'DataKeyError', code: 'KEY_UNKNOWN' });
    }
  });

  it('reports an object that was moved to another key as damaged', async () => {
    const beneath = createMemoryObjectStore();
    const store = encryptedObjectStore(beneath, keysOf(true, OLD));
    await store.put('u/1', content);
    await beneath.put('u/2', (await beneath.get('u/1'))!);
    await expect(store.get('u/2')).rejects.toMatchObject({ name: 'DamagedObjectError' });
  });
});
