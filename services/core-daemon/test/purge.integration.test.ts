import { beforeEach, describe, expect, it } from 'vitest';
import type { CoreDaemonDeps } from '../src/commands/core-daemon-deps.ts';
import { deleteUserEverywhere } from '../src/commands/delete-user-everywhere.ts';
import { purgeListedDevices } from '../src/commands/purge-circuits.ts';
import { uploadCircuits } from '../src/commands/upload-circuits.ts';
import { repeat } from '../src/jobs/repeat.ts';
import { call, createDaemonFixture, type DaemonFixture, tenant, unavailable } from './daemon-fixture.ts';

let daemon: DaemonFixture;
beforeEach(() => {
  daemon = createDaemonFixture();
});

describe('deleting a user', () => {
  it('deletes the circuits right after', async () => {
    const { userId, deviceId } = await daemon.enroll();
    const { tenantId } = tenant;
    expect(await deleteUserEverywhere(daemon.deps, { tenantId, userId }, call)).toBe(1);
    await daemon.settled();
    expect(daemon.fakes.storage.stockOf(deviceId)).toBe(0);
    expect(daemon.fakes.persistence.purges).toEqual([]);
  });

  it('leaves circuits that could not be deleted to the purge job', async () => {
    const { userId, deviceId } = await daemon.enroll();
    daemon.storage.fail('deleteDeviceCircuits', unavailable);
    await deleteUserEverywhere(daemon.deps, { tenantId: tenant.tenantId, userId }, call);
    await daemon.settled();
    expect(daemon.fakes.persistence.purges).toEqual([{ userId, deviceId }]);
    expect(await purgeListedDevices(daemon.deps, call)).toBe(0);
    daemon.storage.mend();
    expect(await purgeListedDevices(daemon.deps, call)).toBe(1);
    expect(daemon.fakes.storage.stockOf(deviceId)).toBe(0);
    expect(daemon.fakes.persistence.purges).toEqual([]);
  });

  it('tells the storage which devices never came to count, so that they may come back', async () => {
    const [expired, deleted] = [await daemon.enroll(), await daemon.enroll()];
    const ids = ({ userId, deviceId }: typeof expired) => ({ userId, deviceId });
    const listed = [{ ...ids(expired), neverCounted: true }, ids(deleted)];
    daemon.fakes.persistence.purges.push(...listed);
    const asked: unknown[] = [];
    const { storage } = daemon.deps;
    const deps: CoreDaemonDeps = {
      ...daemon.deps,
      storage: {
        ...storage,
        deleteDeviceCircuits: async (input, context) => {
          asked.push(input);
          return storage.deleteDeviceCircuits(input, context);
        },
      },
    };
    expect(await purgeListedDevices(deps, call)).toBe(2);
    expect(asked).toEqual([
      { params: ids(expired), query: { neverCounted: true } },
      { params: ids(deleted), query: {} },
    ]);
  });

  it('leaves no circuit of a refill that is under way, however far it is', async () => {
    for (const moment of ['storeMatchTokens', 'storeCircuits'] as const) {
      daemon = createDaemonFixture();
      const device = await daemon.enroll();
      const { userId, deviceId } = device;
      const { refill } = await daemon.authenticate(device, device.code);
      const deleteNow = async () => {
        await deleteUserEverywhere(daemon.deps, { tenantId: tenant.tenantId, userId }, call);
        await daemon.settled();
      };
      const { vault, storage } = daemon.deps;
      const deps: CoreDaemonDeps = {
        ...daemon.deps,
        vault: {
          ...vault,
          storeMatchTokens: async (input, context) => {
            if (moment === 'storeMatchTokens') await deleteNow();
            return vault.storeMatchTokens(input, context);
          },
        },
        storage: {
          ...storage,
          storeCircuits: async (input, context) => {
            if (moment === 'storeCircuits') await deleteNow();
            return storage.storeCircuits(input, context);
          },
        },
      };
      const upload = { userId, deviceId, ticket: refill!.ticket, batch: device.refill(3, 1) };
      await expect(uploadCircuits(deps, tenant.tenantId, upload, call)).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      expect(daemon.fakes.storage.stockOf(deviceId)).toBe(0);
    }
  });

  it('of another tenant is refused', async () => {
    const { userId } = await daemon.enroll();
    await expect(deleteUserEverywhere(daemon.deps, { tenantId: 2, userId }, call)).rejects.toMatchObject({
      code: 'USER_NOT_FOUND',
    });
  });
});

describe('a repeated job', () => {
  it('survives failing runs, never overlaps, and stops after the present run', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const job = repeat(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      runs++;
      throw new Error('a bad day');
    }, 1);
    await expect.poll(() => runs).toBeGreaterThan(2);
    await job.stop();
    const stoppedAt = runs;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect({ most, running, runs }).toEqual({ most: 1, running: 0, runs: stoppedAt });
  });
});
