import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { collectDeadBuffers } from './dead-buffers.ts';
import { createService, type Service } from './service.ts';

let service: Service | undefined;
afterEach(() => service?.close(0));

const send = async (bytes: number): Promise<void> => {
  const headers = { 'content-type': 'application/octet-stream' };
  await service!.app.inject({ method: 'POST', url: '/', headers, payload: Buffer.alloc(bytes) });
  await nextTurn();
};

it('collects once so many bytes of bodies came in, and counts anew from there', async () => {
  let collections = 0;
  service = await createService({ name: 'test', logging: { level: 'silent' } });
  collectDeadBuffers(service, { everyBytes: 1000, collect: () => void collections++ });
  service.app.post('/', async () => ({}));
  const seen = [];
  for (const bytes of [400, 400, 400, 999, 1, 0]) {
    await send(bytes);
    seen.push(collections);
  }
  expect(seen).toEqual([0, 0, 1, 1, 2, 2]);
});

it('frees buffers that are dead, without marking the whole heap', async () => {
  service = await createService({ name: 'test', logging: { level: 'silent' } });
  collectDeadBuffers(service, { everyBytes: 1 });
  service.app.post('/', async () => ({}));
  await send(1);
  const before = process.memoryUsage().arrayBuffers;
  const held = Array.from({ length: 200 }, () => Buffer.allocUnsafeSlow(65_536));
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(8_000_000);
  held.length = 0;
  await send(1);
  // V8 gives the memory of dead buffers back beside the program.
  await vi.waitFor(() => expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000));
});
