import { randomUUID } from 'node:crypto';
import { seededRandom } from '@openrecognize/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AttemptVerdict, DeviceKey } from '../src/ports/attempt-store.ts';
import type { OperationRecord } from '../src/ports/enrollment-store.ts';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import { ATTEMPT_TTL_MS, createTenant, enrollDevice, START_MS, settings } from './fixtures.ts';
import { LockoutModel } from './lockout-model.ts';

const WINDOW_MS = 600_000;
const SUSPENSION_MS = 600_000;

const describeRule = (store: () => PersistenceStore): void => {
  let tenantId: number;
  beforeAll(async () => {
    tenantId = await createTenant(store());
  });
  const start = (device: DeviceKey, nowMs: number, attemptId: string = randomUUID()) =>
    store().startAttempt(device, attemptId, nowMs, ATTEMPT_TTL_MS);
  const finish = (id: string, verdict: AttemptVerdict, nowMs: number, operation?: OperationRecord) =>
    store().finishAttempt(id, verdict, operation, nowMs, ATTEMPT_TTL_MS);
  const attempt = async (
    device: DeviceKey,
    verdict: AttemptVerdict,
    nowMs: number,
    operation?: OperationRecord,
  ) => {
    const id = randomUUID();
    const started = await start(device, nowMs, id);
    return started.outcome === 'started' ? finish(id, verdict, nowMs, operation) : started;
  };
  const failTimes = async (device: DeviceKey, count: number, nowMs: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      expect((await attempt(device, 'no-match', nowMs)).outcome).toBe('finished');
    }
  };

  it('counts failures down and suspends at the fifth, for exactly the suspension', async () => {
    const device = await enrollDevice(store(), tenantId);
    for (const remainingAttempts of [4, 3, 2, 1]) {
      expect(await attempt(device, 'no-match', START_MS)).toMatchObject({
        remainingAttempts,
        lockoutBegan: false,
      });
    }
    const lockedUntilMs = START_MS + SUSPENSION_MS;
    expect(await attempt(device, 'no-match', START_MS)).toMatchObject({
      remainingAttempts: 0,
      lockedUntilMs,
      lockoutBegan: true,
    });
    expect(await store().checkDevice(device)).toMatchObject({ outcome: 'active', lockedUntilMs });
    expect(await start(device, lockedUntilMs - 1)).toEqual({
      outcome: 'locked-out',
      lockedUntilMs,
      lockoutBegan: false,
    });
    // That refused attempt did not extend it, and the count begins at zero.
    expect(await attempt(device, 'no-match', lockedUntilMs)).toMatchObject({ remainingAttempts: 4 });
  });

  it('forgets a failure when the window has passed it, not a millisecond earlier', async () => {
    const device = await enrollDevice(store(), tenantId);
    await failTimes(device, 1, START_MS);
    await failTimes(device, 3, START_MS + 1000);
    expect(await attempt(device, 'no-match', START_MS + WINDOW_MS)).toMatchObject({ remainingAttempts: 1 });
    const other = await enrollDevice(store(), tenantId);
    await failTimes(other, 4, START_MS);
    expect(await attempt(other, 'no-match', START_MS + WINDOW_MS - 1)).toMatchObject({
      remainingAttempts: 0,
      lockoutBegan: true,
    });
  });

  it('resets at a match, and counts neither a match nor an abort', async () => {
    const device = await enrollDevice(store(), tenantId);
    await failTimes(device, 4, START_MS);
    expect(await attempt(device, 'aborted', START_MS)).toMatchObject({ remainingAttempts: 1 });
    expect(await attempt(device, 'match', START_MS)).toMatchObject({
      sealedTemplate: device.enrollment.device.sealedTemplate,
      epoch: 3,
    });
    expect(await attempt(device, 'no-match', START_MS)).toMatchObject({ remainingAttempts: 4 });
  });

  it('gives the sealed template after a match alone', async () => {
    const device = await enrollDevice(store(), tenantId);
    expect(await attempt(device, 'no-match', START_MS)).not.toHaveProperty('sealedTemplate');
    expect(await attempt(device, 'aborted', START_MS)).not.toHaveProperty('sealedTemplate');
  });

  it('keeps one user’s failures away from another’s', async () => {
    const [one, two] = [await enrollDevice(store(), tenantId), await enrollDevice(store(), tenantId)];
    await failTimes(one, 5, START_MS);
    expect((await start(one, START_MS)).outcome).toBe('locked-out');
    expect((await start(two, START_MS)).outcome).toBe('started');
  });

  it('starts no more attempts than failures are left, until one ends or grows too old', async () => {
    const device = await enrollDevice(store(), tenantId);
    await failTimes(device, 2, START_MS);
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of ids) expect((await start(device, START_MS, id)).outcome).toBe('started');
    expect(await start(device, START_MS)).toEqual({ outcome: 'busy' });
    await finish(ids[0]!, 'aborted', START_MS);
    expect((await start(device, START_MS)).outcome).toBe('started');
    expect(await start(device, START_MS + ATTEMPT_TTL_MS - 1)).toEqual({ outcome: 'busy' });
    expect((await start(device, START_MS + ATTEMPT_TTL_MS)).outcome).toBe('started');
  });

  it('lets no verdict out for an attempt that grew too old, yet counts its failure', async () => {
    const device = await enrollDevice(store(), tenantId);
    const lateMs = START_MS + ATTEMPT_TTL_MS;
    const [failing, matching] = [randomUUID(), randomUUID()];
    await start(device, START_MS, failing);
    await start(device, START_MS, matching);
    expect((await finish(failing, 'no-match', lateMs)).outcome).toBe('not-found');
    const late = await finish(matching, 'match', lateMs);
    expect(late.outcome).toBe('not-found');
    expect(late).not.toHaveProperty('sealedTemplate');
    expect((await finish(matching, 'match', START_MS)).outcome).toBe('not-found');
    expect(await attempt(device, 'no-match', lateMs)).toMatchObject({ remainingAttempts: 3 });
  });

  it('refuses an attempt id that was used, also by another user and after its end', async () => {
    const [one, two] = [await enrollDevice(store(), tenantId), await enrollDevice(store(), tenantId)];
    const id = randomUUID();
    await start(one, START_MS, id);
    expect(await start(one, START_MS, id)).toEqual({ outcome: 'replayed' });
    expect(await start(two, START_MS, id)).toEqual({ outcome: 'replayed' });
    await finish(id, 'no-match', START_MS);
    expect(await start(one, START_MS, id)).toEqual({ outcome: 'replayed' });
  });

  it('answers a repeated outcome alike without counting it, and refuses a different one', async () => {
    const device = await enrollDevice(store(), tenantId);
    const id = randomUUID();
    await start(device, START_MS, id);
    const first = await finish(id, 'no-match', START_MS);
    expect(await finish(id, 'no-match', START_MS + 1)).toEqual({ ...first, repeated: true });
    expect((await finish(id, 'match', START_MS + 1)).outcome).toBe('conflict');
    expect((await finish(id, 'aborted', START_MS + 1)).outcome).toBe('conflict');
    expect((await finish(randomUUID(), 'no-match', START_MS)).outcome).toBe('not-found');
  });

  it('stores the operation of a match once per tenant', async () => {
    const device = await enrollDevice(store(), tenantId);
    const operation = { operationId: randomUUID(), payload: 'pay 5' };
    const id = randomUUID();
    await start(device, START_MS, id);
    expect((await finish(id, 'match', START_MS, operation)).outcome).toBe('finished');
    expect((await finish(id, 'match', START_MS, operation)).outcome).toBe('finished');
    await failTimes(device, 3, START_MS);
    const second = randomUUID();
    await start(device, START_MS, second);
    for (let repeated = 0; repeated < 2; repeated++) {
      const refused = await finish(second, 'match', START_MS, operation);
      expect(refused).toMatchObject({ outcome: 'operation-exists', repeated: repeated === 1 });
      expect(refused).not.toHaveProperty('sealedTemplate');
    }
    // A failure stores no operation: its id is still free in another tenant and for the next match.
    const other = await enrollDevice(store(), await createTenant(store()));
    expect((await attempt(other, 'no-match', START_MS, operation)).outcome).toBe('finished');
    expect((await attempt(other, 'match', START_MS, operation)).outcome).toBe('finished');
  });

  it('locks out at once when the limit is lowered below what was counted', async () => {
    const customer = `tenant-${randomUUID()}`;
    const tenant = await store().putTenant(customer, {}, settings(), START_MS);
    const device = await enrollDevice(store(), tenant.tenantId);
    await failTimes(device, 4, START_MS);
    await store().putTenant(customer, { lockoutFailures: 3 }, settings(), START_MS);
    const lockedUntilMs = START_MS + SUSPENSION_MS;
    expect(await start(device, START_MS)).toEqual({
      outcome: 'locked-out',
      lockedUntilMs,
      lockoutBegan: true,
    });
    expect((await start(device, lockedUntilMs)).outcome).toBe('started');
  });

  it('tells an unknown user from an unknown device', async () => {
    const [one, two] = [await enrollDevice(store(), tenantId), await enrollDevice(store(), tenantId)];
    expect(await start({ ...one, deviceId: two.deviceId }, START_MS)).toEqual({
      outcome: 'device-not-found',
    });
    expect(await start({ ...one, userId: 'AB'.repeat(32) }, START_MS)).toEqual({ outcome: 'user-not-found' });
  });
};

const describeAgainstModel = (store: () => PersistenceStore): void => {
  it.each([1, 2, 3, 4])('agrees with the plain model over random histories (seed %i)', async (seed) => {
    const random = seededRandom(`lockout-${seed}`);
    const rule = settings({
      lockoutFailures: 1 + random.integer(5),
      lockoutWindowSeconds: 20 + random.integer(60),
      lockoutSuspensionSeconds: 10 + random.integer(60),
    });
    const device = await enrollDevice(store(), await createTenant(store(), rule));
    const model = new LockoutModel(rule, ATTEMPT_TTL_MS);
    const open: string[] = [];
    let nowMs = START_MS;
    for (let step = 0; step < 250; step++) {
      nowMs += random.integer(10) < 7 ? random.integer(2000) : random.integer(25_000);
      if (open.length === 0 || random.integer(2) === 0) {
        const id = randomUUID();
        const expected = model.start(id, nowMs);
        const started = await store().startAttempt(device, id, nowMs, ATTEMPT_TTL_MS);
        expect(started.outcome, `start at step ${step}`).toBe(expected);
        if (expected === 'started') open.push(id);
      } else {
        const [id] = open.splice(random.integer(open.length), 1);
        const verdict = (['no-match', 'no-match', 'no-match', 'match', 'aborted'] as const)[
          random.integer(5)
        ]!;
        const expected = model.finish(id!, verdict, nowMs);
        const finished = await store().finishAttempt(id!, verdict, undefined, nowMs, ATTEMPT_TTL_MS);
        expect(finished.outcome, `finish at step ${step}`).toBe(expected);
        if (finished.outcome === 'finished') {
          expect(finished.remainingAttempts, `step ${step}`).toBe(model.remainingAttempts(nowMs));
        }
      }
      const checked = await store().checkDevice(device);
      expect(checked, `lock after step ${step}`).toMatchObject({ lockedUntilMs: model.lockedUntilMs });
    }
  });
};

/** The lockout rule, in order and at random. */
export const describeLockoutCompliance = (name: string, store: () => PersistenceStore): void => {
  describe(`${name} under the lockout rule`, () => {
    describeRule(store);
    describeAgainstModel(store);
  });
};
