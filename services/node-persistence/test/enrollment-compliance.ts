import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import {
  ATTEMPT_TTL_MS,
  createTenant,
  ENROLLMENT_TTL_MS,
  enrollDevice,
  newEnrollment,
  randomDevice,
  randomUserId,
  START_MS,
} from './fixtures.ts';

/** Part of the store's suite: from the first message of a device to its commit. */
export const describeEnrollmentCompliance = (store: () => PersistenceStore): void => {
  describe('enrollment', () => {
    let tenantId: number;
    beforeAll(async () => {
      tenantId = await createTenant(store());
    });
    const open = (enrollment: ReturnType<typeof newEnrollment>, nowMs = START_MS) =>
      store().openEnrollment(enrollment, nowMs);
    const opened = async (enrollment: ReturnType<typeof newEnrollment>, nowMs = START_MS) => {
      const result = await open(enrollment, nowMs);
      if (result.outcome !== 'open') throw new Error(result.outcome);
      return result.enrollment;
    };

    it('does not count before its commit', async () => {
      const enrollment = newEnrollment(tenantId);
      await opened(enrollment);
      expect(await store().checkDevice(enrollment)).toEqual({ outcome: 'user-not-found' });
      expect(await store().listDevices(tenantId, enrollment.userId)).toBeUndefined();
    });

    it('keeps enrollment and user id when the same device begins again, with the newest content', async () => {
      const device = randomDevice();
      const first = await opened(newEnrollment(tenantId, device));
      const sealedTemplate = randomBytes(200);
      const second = await opened(newEnrollment(tenantId, device, { sealedTemplate }));
      expect(second).toEqual(first);
      await store().commitEnrollment(first.enrollmentId, tenantId, START_MS);
      const attemptId = randomUUID();
      await store().startAttempt(first, attemptId, START_MS, ATTEMPT_TTL_MS);
      const finished = await store().finishAttempt(attemptId, 'match', undefined, START_MS, ATTEMPT_TTL_MS);
      expect(finished).toMatchObject({ outcome: 'finished', sealedTemplate });
    });

    it('gives first messages that arrive at the same time one enrollment', async () => {
      const device = randomDevice();
      const made = await Promise.all(
        Array.from({ length: 6 }, () => opened(newEnrollment(tenantId, device))),
      );
      expect(new Set(made.map(({ enrollmentId, userId }) => `${enrollmentId} ${userId}`)).size).toBe(1);
    });

    it('refuses another key under the id of an open enrollment', async () => {
      const device = randomDevice();
      await opened(newEnrollment(tenantId, device));
      const forged = newEnrollment(tenantId, device, { publicSigningKey: randomBytes(91) });
      expect(await open(forged)).toEqual({ outcome: 'conflict' });
    });

    it('refuses a device that counts already, in its tenant only', async () => {
      const { enrollment } = await enrollDevice(store(), tenantId);
      const again = { ...enrollment, enrollmentId: randomUUID(), userId: randomUserId() };
      expect(await open(again)).toEqual({ outcome: 'already-enrolled' });
      const other = await createTenant(store());
      expect((await open({ ...again, tenantId: other })).outcome).toBe('open');
    });

    it('refuses an external user who counts already, whatever the case, in its tenant only', async () => {
      const name = `Jürgen-${randomUUID()}`;
      await enrollDevice(store(), tenantId, { externalUserId: name });
      const again = newEnrollment(tenantId, randomDevice(), { externalUserId: name.toUpperCase() });
      expect(await open(again)).toEqual({ outcome: 'already-enrolled' });
      const other = await createTenant(store());
      expect((await open({ ...again, tenantId: other })).outcome).toBe('open');
    });

    it('refuses a known operation and an unknown tenant', async () => {
      const operation = { operationId: randomUUID(), payload: 'p' };
      await enrollDevice(store(), tenantId, { operation });
      expect(await open(newEnrollment(tenantId, randomDevice(), { operation }))).toEqual({
        outcome: 'operation-exists',
      });
      expect(await open(newEnrollment(2_000_000_000))).toEqual({ outcome: 'tenant-not-found' });
    });

    it('adds devices to a user up to the limit, open enrollments included', async () => {
      const { userId } = await enrollDevice(store(), tenantId);
      const changes = { userId, maxDevicesPerUser: 3 };
      const second = await opened(newEnrollment(tenantId, randomDevice(), changes));
      const third = newEnrollment(tenantId, randomDevice(), changes);
      await opened(third);
      expect(await open(newEnrollment(tenantId, randomDevice(), changes))).toEqual({
        outcome: 'too-many-devices',
      });
      expect((await open(third)).outcome).toBe('open');
      await store().commitEnrollment(second.enrollmentId, tenantId, START_MS);
      expect(await store().listDevices(tenantId, userId)).toHaveLength(2);
    });

    it('commits once, and says so again when asked again', async () => {
      const enrollment = await opened(newEnrollment(tenantId));
      const commits = await Promise.all(
        Array.from({ length: 6 }, () =>
          store().commitEnrollment(enrollment.enrollmentId, tenantId, START_MS + 1),
        ),
      );
      for (const commit of commits) {
        expect(commit).toEqual({
          outcome: 'committed',
          enrollment: { ...enrollment, state: 'committed' },
        });
      }
      expect(await store().listDevices(tenantId, enrollment.userId)).toHaveLength(1);
      const late = await store().commitEnrollment(
        enrollment.enrollmentId,
        tenantId,
        START_MS + 2 * ENROLLMENT_TTL_MS,
      );
      expect(late.outcome).toBe('committed');
    });

    it('lets one of two enrollments of an external user commit and leaves nothing of the other', async () => {
      const externalUserId = randomUUID();
      const first = await opened(newEnrollment(tenantId, randomDevice(), { externalUserId }));
      const second = await opened(newEnrollment(tenantId, randomDevice(), { externalUserId }));
      const outcomes = await Promise.all(
        [first, second].map(({ enrollmentId }) => store().commitEnrollment(enrollmentId, tenantId, START_MS)),
      );
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['already-enrolled', 'committed']);
      expect(await store().findExternalUser(tenantId, externalUserId)).toHaveLength(1);
      const loser = outcomes[0]!.outcome === 'committed' ? second : first;
      expect(await store().checkDevice(loser)).toEqual({ outcome: 'user-not-found' });
    });

    it('takes back the user when the operation exists by the time of the commit', async () => {
      const operation = { operationId: randomUUID() };
      const first = await opened(newEnrollment(tenantId, randomDevice(), { operation }));
      const second = await opened(newEnrollment(tenantId, randomDevice(), { operation }));
      await store().commitEnrollment(first.enrollmentId, tenantId, START_MS);
      expect(await store().commitEnrollment(second.enrollmentId, tenantId, START_MS)).toEqual({
        outcome: 'operation-exists',
      });
      expect(await store().listDevices(tenantId, second.userId)).toBeUndefined();
    });

    it('does not commit what has expired, what is unknown or what is another tenant’s', async () => {
      const { enrollmentId } = await opened(newEnrollment(tenantId));
      const commit = (id: string, tenant: number, nowMs: number) =>
        store().commitEnrollment(id, tenant, nowMs);
      const other = await createTenant(store());
      expect(await commit(enrollmentId, other, START_MS)).toEqual({ outcome: 'not-found' });
      expect(await commit(randomUUID(), tenantId, START_MS)).toEqual({ outcome: 'not-found' });
      expect(await commit(enrollmentId, tenantId, START_MS + ENROLLMENT_TTL_MS)).toEqual({
        outcome: 'expired',
      });
      expect((await commit(enrollmentId, tenantId, START_MS + ENROLLMENT_TTL_MS - 1)).outcome).toBe(
        'committed',
      );
    });

    it('replaces an expired enrollment by a new one and has the old circuits purged', async () => {
      const device = randomDevice();
      const old = await opened(newEnrollment(tenantId, device));
      await store().putMatchTokens(old.userId, old.deviceId, [
        { circuitIndex: 0, tokenHash: randomBytes(32) },
      ]);
      const nowMs = old.expiresAtMs;
      const fresh = await opened(newEnrollment(tenantId, device, { expiresAtMs: nowMs + 1000 }), nowMs);
      expect(fresh.enrollmentId).not.toBe(old.enrollmentId);
      expect(fresh.userId).not.toBe(old.userId);
      expect(await store().readEnrollment(old.enrollmentId)).toBeUndefined();
      expect(await store().takeMatchToken(old.userId, old.deviceId, 0, nowMs)).toBeUndefined();
      expect(await store().listCircuitPurges(10_000)).toContainEqual({
        userId: old.userId,
        deviceId: old.deviceId,
        neverCounted: true,
      });
    });
  });
};
