import { storeCircuits } from '@openrecognize/contracts';
import { createFakeClock } from '@openrecognize/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryCircuitMetadataStore } from '../src/adapters/memory/memory-circuit-metadata-store.ts';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import { measureStock } from '../src/jobs/measure-stock.ts';
import type { CircuitMetadataStore } from '../src/ports/circuit-metadata-store.ts';
import {
  batchFixtures,
  configOf,
  type RunningCircuitStorage,
  runCircuitStorage,
} from './suites/service-harness.ts';

const { batchOf, range } = batchFixtures('stock and rows');
const device = { userId: 'AB'.repeat(32), deviceId: 'CD'.repeat(16) };
const other = { userId: 'AB'.repeat(32), deviceId: 'EF'.repeat(16) };

let service: RunningCircuitStorage;
const start = async (
  over: Partial<CircuitMetadataStore> = {},
  environment: Record<string, string> = {},
): Promise<void> => {
  const clock = createFakeClock();
  service = await runCircuitStorage(configOf(environment), {
    circuits: { ...createMemoryCircuitMetadataStore(), ...over },
    objects: createMemoryObjectStore(clock.now),
    now: clock.now,
  });
};
afterEach(() => service.close());

const upload = (to: typeof device, count: number) =>
  service.call(storeCircuits, { query: {}, params: to, body: batchOf(range(0, count)).batch });

describe('the stock in the metrics', () => {
  it('is nothing until it is measured, then the circuits and the devices by class', async () => {
    await start();
    await upload(device, 6);
    await upload(other, 2);
    const values = async () =>
      (await service.app.inject('/metrics')).body
        .split('\n')
        .filter((line) => /^openrecognize_(circuit_stock|devices)\{/.test(line));
    expect(await values()).toEqual([]);
    await measureStock(service.dependencies, 5);
    expect(await values()).toEqual([
      'openrecognize_circuit_stock{state="ready"} 8',
      'openrecognize_devices{stock="sufficient"} 1',
      'openrecognize_devices{stock="low"} 1',
      'openrecognize_devices{stock="empty"} 0',
    ]);
  });

  it('is measured by a job of its own', async () => {
    await start({}, { STOCK_INTERVAL_SECONDS: '1', LOW_STOCK_CIRCUITS: '3' });
    await upload(device, 2);
    await expect
      .poll(() => service.metric('openrecognize_devices{stock="low"}'), { timeout: 5000, interval: 100 })
      .toBe(1);
  });
});

describe('when the database refuses the rows of an upload', () => {
  it.each([
    ['a statement', Object.assign(new Error('duplicate key'), { code: '23505' }), '23505'],
    ['nothing but an error', new Error('no code'), 'unknown'],
  ])(
    'because of %s, it says so with its code and lets the upload be repeated',
    async (_what, error, reason) => {
      let isBroken = true;
      const memory = createMemoryCircuitMetadataStore();
      await start({
        ...memory,
        storeCircuits: async (...input) => {
          if (isBroken) throw error;
          return memory.storeCircuits(...input);
        },
      });
      expect((await upload(device, 2)).code).toBe('STORAGE_UNAVAILABLE');
      expect(service.logLines.filter(({ level }) => level === 'error').map(({ msg }) => msg)).toEqual([
        `Exception executing batch: ${reason}`,
      ]);
      isBroken = false;
      expect((await upload(device, 2)).output).toEqual({ stored: 2, stock: 2 });
    },
  );
});
