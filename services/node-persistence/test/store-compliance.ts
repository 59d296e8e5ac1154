import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import { describeEnrollmentCompliance } from './enrollment-compliance.ts';
import {
  ATTEMPT_TTL_MS,
  createTenant,
  enrollDevice,
  newEnrollment,
  randomDevice,
  randomUserId,
  START_MS,
  settings,
} from './fixtures.ts';

const hash = (): Buffer => randomBytes(32);

const describeTenants = (store: () => PersistenceStore): void => {
  describe('tenants and keys', () => {
    it('creates a tenant with the defaults and changes only the settings it is given', async () => {
      const customer = `Customer-${randomUUID()}`;
      const created = await store().putTenant(customer, {}, settings(), START_MS);
      expect(created.settings).toMatchObject(settings());
      const changed = await store().putTenant(customer, { lockoutFailures: 3 }, settings(), START_MS);
      expect(changed).toMatchObject({ ...created, settings: settings({ lockoutFailures: 3 }) });
      expect(await store().readTenant(customer)).toEqual(changed);
      expect(await store().readTenant(customer.toLowerCase())).toBeUndefined();
    });

    it('gives tenants created at the same time one number', async () => {
      const customer = `customer-${randomUUID()}`;
      const made = await Promise.all(
        Array.from({ length: 4 }, () => store().putTenant(customer, {}, settings(), START_MS)),
      );
      expect(new Set(made.map((tenant) => `${tenant.tenantId}/${tenant.sdkCustomerId}`)).size).toBe(1);
    });

    it('resolves a key to its tenant and kind and refuses it to anyone else', async () => {
      const [mine, theirs] = [`a-${randomUUID()}`, `b-${randomUUID()}`];
      const tenant = await store().putTenant(mine, {}, settings(), START_MS);
      await store().putTenant(theirs, {}, settings(), START_MS);
      const key = hash();
      expect(await store().putApiKey(mine, 'mobile', key, START_MS)).toBe('stored');
      expect(await store().putApiKey(mine, 'mobile', key, START_MS)).toBe('stored');
      expect(await store().putApiKey(mine, 'mobile', hash(), START_MS)).toBe('stored');
      expect(await store().putApiKey(mine, 'secret', key, START_MS)).toBe('conflict');
      expect(await store().putApiKey(theirs, 'mobile', key, START_MS)).toBe('conflict');
      expect(await store().putApiKey(`c-${randomUUID()}`, 'mobile', hash(), START_MS)).toBe(
        'tenant-not-found',
      );
      expect(await store().resolveApiKey(key, START_MS)).toEqual({ kind: 'mobile', tenant });
      expect(await store().resolveApiKey(hash(), START_MS)).toBeUndefined();
    });
  });
};

const describeTokens = (store: () => PersistenceStore): void => {
  describe('match tokens', () => {
    let userId: string;
    let deviceId: string;
    beforeAll(async () => {
      ({ userId, deviceId } = await enrollDevice(store(), await createTenant(store())));
    });
    const put = (tokens: readonly { circuitIndex: number; tokenHash: Buffer }[]) =>
      store().putMatchTokens(userId, deviceId, tokens);

    it('gives a token to exactly one of many takers', async () => {
      const tokenHash = hash();
      expect(await put([{ circuitIndex: 4_294_967_295, tokenHash }])).toBe('stored');
      const taken = await Promise.all(
        Array.from({ length: 12 }, () => store().takeMatchToken(userId, deviceId, 4_294_967_295, START_MS)),
      );
      expect(taken.filter((one) => one !== undefined)).toEqual([tokenHash]);
    });

    it('accepts the same hash again, no other one, and none at a taken index', async () => {
      const token = { circuitIndex: 10, tokenHash: hash() };
      expect(await put([token])).toBe('stored');
      expect(await put([token])).toBe('stored');
      expect(await put([{ ...token, tokenHash: hash() }])).toBe('conflict');
      await store().takeMatchToken(userId, deviceId, 10, START_MS);
      expect(await put([token])).toBe('conflict');
    });

    it('stores all tokens of a call or none', async () => {
      await put([{ circuitIndex: 21, tokenHash: hash() }]);
      const clashing = [20, 21, 22].map((circuitIndex) => ({ circuitIndex, tokenHash: hash() }));
      expect(await put(clashing)).toBe('conflict');
      expect(await store().takeMatchToken(userId, deviceId, 20, START_MS)).toBeUndefined();
      expect(await store().takeMatchToken(userId, deviceId, 22, START_MS)).toBeUndefined();
    });

    it('refuses tokens of a device nobody enrolls', async () => {
      const tokens = [{ circuitIndex: 0, tokenHash: hash() }];
      expect(await store().putMatchTokens(userId, randomDevice().deviceId, tokens)).toBe('device-not-found');
    });
  });
};

const describeUsers = (store: () => PersistenceStore): void => {
  describe('users', () => {
    it('lists users by id, page by page, without those of other tenants', async () => {
      const tenantId = await createTenant(store());
      const other = await createTenant(store());
      await enrollDevice(store(), other);
      const users: string[] = [];
      for (let count = 0; count < 3; count++) users.push((await enrollDevice(store(), tenantId)).userId);
      users.sort();
      const first = await store().listUsers(tenantId, undefined, 2);
      expect(first.map(({ userId }) => userId)).toEqual(users.slice(0, 2));
      expect(first[0]).toEqual({ userId: users[0], createdAtMs: START_MS, deviceCount: 1 });
      const rest = await store().listUsers(tenantId, users[1], 2);
      expect(rest.map(({ userId }) => userId)).toEqual(users.slice(2));
    });

    it('hides users from other tenants everywhere', async () => {
      const tenantId = await createTenant(store());
      const other = await createTenant(store());
      const externalUserId = randomUUID();
      const device = await enrollDevice(store(), tenantId, { externalUserId });
      const { userId } = device;
      await store().putClientState(tenantId, userId, 0, randomBytes(10));
      const foreign = { ...device, tenantId: other };
      expect(await store().checkDevice(foreign)).toEqual({ outcome: 'user-not-found' });
      expect(await store().startAttempt(foreign, randomUUID(), START_MS, ATTEMPT_TTL_MS)).toEqual({
        outcome: 'user-not-found',
      });
      expect(await store().listDevices(other, userId)).toBeUndefined();
      expect(await store().readClientState(other, userId)).toBeUndefined();
      expect(await store().putClientState(other, userId, 1, randomBytes(10))).toEqual({
        outcome: 'user-not-found',
      });
      expect(await store().findExternalUser(other, externalUserId)).toEqual([]);
      expect(await store().deleteUser(other, userId, START_MS)).toBeUndefined();
      expect(await store().listDevices(tenantId, userId)).toHaveLength(1);
    });

    it('deletes all of a user and lists each device, committed or not, for its circuits to be purged', async () => {
      const tenantId = await createTenant(store());
      const externalUserId = randomUUID();
      const operation = { operationId: randomUUID() };
      const device = await enrollDevice(store(), tenantId, { externalUserId, operation });
      const { userId, deviceId, enrollment } = device;
      const added = newEnrollment(tenantId, randomDevice(), { userId });
      await store().openEnrollment(added, START_MS);
      await store().putMatchTokens(userId, deviceId, [{ circuitIndex: 1, tokenHash: hash() }]);
      await store().putClientState(tenantId, userId, 0, randomBytes(10));
      const attemptId = randomUUID();
      await store().startAttempt(device, attemptId, START_MS, ATTEMPT_TTL_MS);

      expect(await store().deleteUser(tenantId, userId, START_MS)).toEqual({ deviceIds: [deviceId] });
      expect(await store().deleteUser(tenantId, userId, START_MS)).toBeUndefined();
      expect(await store().checkDevice(device)).toEqual({ outcome: 'user-not-found' });
      expect(await store().takeMatchToken(userId, deviceId, 1, START_MS)).toBeUndefined();
      expect(await store().readClientState(tenantId, userId)).toBeUndefined();
      expect(await store().findExternalUser(tenantId, externalUserId)).toEqual([]);
      expect(await store().readEnrollment(enrollment.enrollmentId)).toBeUndefined();
      const finished = await store().finishAttempt(attemptId, 'match', undefined, START_MS, ATTEMPT_TTL_MS);
      expect(finished.outcome).toBe('not-found');
      const purges = await store().listCircuitPurges(10_000);
      expect(purges).toContainEqual({ userId, deviceId });
      expect(purges).toContainEqual({ userId, deviceId: added.deviceId });

      // The operation id stays taken; device and external user are free.
      const again = { ...enrollment, enrollmentId: randomUUID(), userId: randomUserId() };
      expect((await store().openEnrollment(again, START_MS)).outcome).toBe('operation-exists');
      const renamed = { ...again, operation: undefined };
      expect((await store().openEnrollment(renamed, START_MS)).outcome).toBe('open');
    });

    it('leaves nothing behind when attempts and tokens come in during the deletion', async () => {
      const tenantId = await createTenant(store());
      for (let round = 0; round < 10; round++) {
        const device = await enrollDevice(store(), tenantId);
        const { userId, deviceId } = device;
        const attemptIds = [randomUUID(), randomUUID()];
        const begin = (id: string) => store().startAttempt(device, id, START_MS, ATTEMPT_TTL_MS);
        const put = (circuitIndex: number) =>
          store().putMatchTokens(userId, deviceId, [{ circuitIndex, tokenHash: hash() }]);
        const [first, second] = attemptIds as [string, string];
        await Promise.all([
          begin(first),
          put(0),
          store().deleteUser(tenantId, userId, START_MS),
          begin(second),
          put(1),
        ]);
        for (const id of attemptIds) {
          const finished = await store().finishAttempt(id, 'match', undefined, START_MS, ATTEMPT_TTL_MS);
          expect(finished.outcome).toBe('not-found');
        }
        for (const index of [0, 1]) {
          expect(await store().takeMatchToken(userId, deviceId, index, START_MS)).toBeUndefined();
        }
        expect(await store().checkDevice(device)).toEqual({ outcome: 'user-not-found' });
      }
    });

    it('crosses a device off the purge list, once or twice', async () => {
      const tenantId = await createTenant(store());
      const { userId, deviceId } = await enrollDevice(store(), tenantId);
      await store().deleteUser(tenantId, userId, START_MS);
      await store().finishCircuitPurge(userId, deviceId);
      await store().finishCircuitPurge(userId, deviceId);
      expect(await store().listCircuitPurges(10_000)).not.toContainEqual({ userId, deviceId });
    });
  });

  describe('client state', () => {
    it('is replaced by the holder of the newest version alone', async () => {
      const tenantId = await createTenant(store());
      const { userId } = await enrollDevice(store(), tenantId);
      const put = (version: number, wrapped: Buffer) =>
        store().putClientState(tenantId, userId, version, wrapped);
      expect(await put(1, randomBytes(8))).toEqual({ outcome: 'conflict' });
      expect(await put(0, randomBytes(8))).toEqual({ outcome: 'stored', version: 1 });
      expect(await put(0, randomBytes(8))).toEqual({ outcome: 'conflict' });
      const writers = await Promise.all(Array.from({ length: 6 }, () => put(1, randomBytes(8))));
      expect(writers.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
      const wrapped = randomBytes(4000);
      expect(await put(2, wrapped)).toEqual({ outcome: 'stored', version: 3 });
      expect(await store().readClientState(tenantId, userId)).toEqual({ version: 3, wrapped });
    });
  });
};

const describeMaintenance = (store: () => PersistenceStore): void => {
  describe('clean-up', () => {
    it('deletes expired enrollments once, however many replicas do it, and spares the others', async () => {
      const tenantId = await createTenant(store());
      const expired = newEnrollment(tenantId, randomDevice(), { expiresAtMs: 5000 });
      const alive = newEnrollment(tenantId, randomDevice(), { expiresAtMs: START_MS + 1 });
      const { enrollment: counting } = await enrollDevice(store(), tenantId);
      await store().openEnrollment(expired, 1000);
      await store().openEnrollment(alive, 1000);
      await store().putMatchTokens(expired.userId, expired.deviceId, [
        { circuitIndex: 0, tokenHash: hash() },
      ]);
      expect(await store().purgeExpiredEnrollments(4999, START_MS, 100)).toBe(0);
      const removed = await Promise.all(
        Array.from({ length: 3 }, () => store().purgeExpiredEnrollments(5000, START_MS, 100)),
      );
      expect(removed.reduce((sum, rows) => sum + rows, 0)).toBe(1);
      expect(await store().takeMatchToken(expired.userId, expired.deviceId, 0, START_MS)).toBeUndefined();
      const purges = await store().listCircuitPurges(10_000);
      const { userId, deviceId } = expired;
      expect(purges).toContainEqual({ userId, deviceId, neverCounted: true });
      expect((await store().readEnrollment(alive.enrollmentId))?.state).toBe('open');
      expect((await store().readEnrollment(counting.enrollmentId))?.state).toBe('committed');
    });

    it('frees a taken index only after the retention', async () => {
      const { userId, deviceId } = await enrollDevice(store(), await createTenant(store()));
      const token = { circuitIndex: 7, tokenHash: hash() };
      await store().putMatchTokens(userId, deviceId, [token]);
      await store().takeMatchToken(userId, deviceId, 7, 2000);
      expect(await store().purgeTakenTokens(1999, 100)).toBe(0);
      expect(await store().putMatchTokens(userId, deviceId, [token])).toBe('conflict');
      expect(await store().purgeTakenTokens(2000, 100)).toBe(1);
      expect(await store().putMatchTokens(userId, deviceId, [token])).toBe('stored');
    });

    it('removes attempts, history and committed enrollments in batches', async () => {
      const tenantId = await createTenant(store());
      const device = newEnrollment(tenantId, randomDevice(), { expiresAtMs: START_MS });
      await store().openEnrollment(device, 1000);
      await store().commitEnrollment(device.enrollmentId, tenantId, 1000);
      for (const at of [1000, 2000, 3000]) {
        const attemptId = randomUUID();
        await store().startAttempt(device, attemptId, at, ATTEMPT_TTL_MS);
        await store().finishAttempt(attemptId, 'match', undefined, at, ATTEMPT_TTL_MS);
      }
      expect(await store().purgeAttempts(2000, 1)).toBe(1);
      expect(await store().purgeAttempts(2000, 100)).toBe(1);
      expect(await store().purgeAuthentications(2000, 100)).toBe(2);
      expect(await store().purgeCommittedEnrollments(1000, 100)).toBe(1);
      expect(await store().readEnrollment(device.enrollmentId)).toBeUndefined();
      expect((await store().checkDevice(device)).outcome).toBe('active');
    });
  });
};

/** What every adapter of the store port must do, but for the lockout, which has a suite of its own. */
export const describeStoreCompliance = (name: string, store: () => PersistenceStore): void => {
  describe(`${name} as a persistence store`, () => {
    describeTenants(store);
    describeEnrollmentCompliance(store);
    describeTokens(store);
    describeUsers(store);
    describeMaintenance(store);
  });
};
