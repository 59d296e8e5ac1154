import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileObjectStore } from '../src/adapters/file-object-store.ts';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import { describeObjectStore } from './suites/object-store-suite.ts';

describeObjectStore('memory', async () => ({ store: createMemoryObjectStore(), close: async () => {} }));

for (const fsync of [false, true]) {
  describeObjectStore(`files, ${fsync ? 'with' : 'without'} fsync`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'object-store-'));
    return {
      store: await createFileObjectStore({ directory, fsync }),
      close: () => rm(directory, { recursive: true, force: true }),
    };
  });
}
