import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import {
  createTenant,
  ENROLLMENT_TTL_MS,
  enrollDevice,
  newEnrollment,
  randomDevice,
  START_MS,
} from './fixtures.ts';

const describeUsedTokens = (store: () => PersistenceStore): void => {
  describe('tokens for one use', () => {
    it('are fresh for exactly one of many callers', async () => {
      const token = randomBytes(32);
      const uses = Array.from({ length: 12 }, () => store().useTokenOnce(token, START_MS + 1000));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
      expect(await store().useTokenOnce(token, START_MS + 1000)).toBe(false);
      expect(await store().useTokenOnce(randomBytes(32), START_MS + 1000)).toBe(true);
    });

    it('are forgotten once they have expired, not a millisecond earlier', async () => {
      const token = randomBytes(32);
      await store().useTokenOnce(token, 5000);
      expect(await store().purgeUsedTokens(4999, 100)).toBe(0);
      expect(await store().useTokenOnce(token, 5000)).toBe(false);
      expect(await store().purgeUsedTokens(5000, 100)).toBe(1);
    });
  });
};

const describeClientStates = (store: () => PersistenceStore): void => {
  describe('client states of a user', () => {
    const backup = (tenantId: number, userId: string) => {
      const enrollment = newEnrollment(tenantId, randomDevice(), { userId, maxClientStatesPerUser: 2 });
      return { ...enrollment, device: { ...enrollment.device, deviceType: 'BACKUP' as const } };
    };

    it('are counted when they are made, and those that are gone count as well', async () => {
      const tenantId = await createTenant(store());
      const { userId } = await enrollDevice(store(), tenantId);
      for (const _ of [1, 2]) {
        const enrollment = backup(tenantId, userId);
        expect((await store().openEnrollment(enrollment, START_MS)).outcome).toBe('open');
        await store().commitEnrollment(enrollment.enrollmentId, tenantId, START_MS);
        await store().deleteDevice(tenantId, userId, enrollment.deviceId, START_MS);
      }
      const third = backup(tenantId, userId);
      expect(await store().openEnrollment(third, START_MS)).toEqual({ outcome: 'too-many-client-states' });
      // Devices of the person's own are none.
      const own = newEnrollment(tenantId, randomDevice(), { userId, maxClientStatesPerUser: 2 });
      expect((await store().openEnrollment(own, START_MS)).outcome).toBe('open');
    });
  });
};

const describeReturn = (store: () => PersistenceStore): void => {
  describe('a device whose enrollment expired', () => {
    it('takes its circuits off the purge list when it comes back', async () => {
      const tenantId = await createTenant(store());
      const device = newEnrollment(tenantId);
      const { userId, deviceId } = device;
      await store().openEnrollment(device, START_MS);
      const laterMs = START_MS + ENROLLMENT_TTL_MS;
      while ((await store().purgeExpiredEnrollments(laterMs, laterMs, 100)) > 0);
      const listed = { userId, deviceId, neverCounted: true };
      expect(await store().listCircuitPurges(10_000)).toContainEqual(listed);
      const again = { ...device, enrollmentId: randomUUID(), expiresAtMs: laterMs + ENROLLMENT_TTL_MS };
      expect((await store().openEnrollment(again, laterMs)).outcome).toBe('open');
      expect(await store().listCircuitPurges(10_000)).not.toContainEqual(listed);
    });

    it('that once counted does not: its circuits were used', async () => {
      const tenantId = await createTenant(store());
      const { userId, deviceId, enrollment } = await enrollDevice(store(), tenantId);
      await store().deleteUser(tenantId, userId, START_MS);
      await store().openEnrollment({ ...enrollment, enrollmentId: randomUUID() }, START_MS);
      expect(await store().listCircuitPurges(10_000)).toContainEqual({ userId, deviceId });
    });
  });
};

/** What is bounded, or works once. */
export const describeLimitsCompliance = (name: string, store: () => PersistenceStore): void => {
  describe(`${name} within its limits`, () => {
    describeUsedTokens(store);
    describeClientStates(store);
    describeReturn(store);
  });
};
