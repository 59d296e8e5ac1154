/**
 * What the encryption of payloads costs: medians of sealing and opening one payload with its data key at hand, of
 * unwrapping a data key by a key file, and of the hash that every read compares.
 *
 * `node services/circuit-storage/bench/payload-sealing.ts` after a build.
 */
import { hash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileKeyWrapper } from '../src/adapters/file-key-wrapper.ts';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import { createDataKeys } from '../src/encryption/data-keys.ts';
import { encryptedObjectStore } from '../src/encryption/encrypted-object-store.ts';

const ROUNDS = 3000;
const WARM_UP = 500;
const PAYLOAD_BYTES = 65_568;

const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  const timesUs: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const startMs = performance.now();
    await work();
    if (round >= WARM_UP) timesUs.push(1000 * (performance.now() - startMs));
  }
  timesUs.sort((a, b) => a - b);
  const at = (share: number) => timesUs[Math.floor((ROUNDS - 1) * share)]!.toFixed(0);
  console.log(`${name.padEnd(34)} median ${at(0.5)} µs   p95 ${at(0.95)} µs`);
};

const folder = await mkdtemp(join(tmpdir(), 'payload-sealing-'));
const file = join(folder, 'keys');
await writeFile(file, `bench ${randomBytes(32).toString('hex')}\n`);
const wrapper = createFileKeyWrapper(file);
const payload = new Uint8Array(randomBytes(PAYLOAD_BYTES));
const stores = {
  'in the clear': createMemoryObjectStore(),
  encrypted: encryptedObjectStore(
    createMemoryObjectStore(),
    createDataKeys({ sealWith: 'file', wrappers: [wrapper], now: Date.now }),
  ),
};
for (const [name, store] of Object.entries(stores)) {
  await measure(`memory put, ${name}`, () => store.put('u/d/1', payload));
  await measure(`memory get, ${name}`, () => store.get('u/d/1'));
}
const made = await wrapper.generate();
await measure('data key unwrapped by a key file', () => wrapper.unwrap(made));
await measure('SHA-256 of a payload', async () => hash('sha256', payload, 'buffer'));
await rm(folder, { recursive: true });
