import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../src/ports/enrollment-store.ts';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import { ATTEMPT_TTL_MS, createTenant, enrollDevice, START_MS } from './fixtures.ts';

/** The end of an attempt by its match token. */
export const describeSettleCompliance = (name: string, store: () => PersistenceStore): void => {
  describe(`${name} settling attempts`, () => {
    let device: Awaited<ReturnType<typeof enrollDevice>>;
    let nextIndex = 0;
    beforeAll(async () => {
      device = await enrollDevice(store(), await createTenant(store()));
    });

    /** An attempt in flight and the stored token of its circuit. */
    const begin = async () => {
      const circuitIndex = nextIndex++;
      const tokenHash = randomBytes(32);
      await store().putMatchTokens(device.userId, device.deviceId, [{ circuitIndex, tokenHash }]);
      const attemptId = randomUUID();
      const started = await store().startAttempt(device, attemptId, START_MS, ATTEMPT_TTL_MS);
      expect(started.outcome).toBe('started');
      return { attemptId, circuitIndex, tokenHash };
    };
    const salted = (candidate: Buffer) => {
      const salt = randomBytes(16);
      return { salt, saltedToken: createHash('sha256').update(salt).update(candidate).digest() };
    };
    const settle = (
      { attemptId, circuitIndex }: { attemptId: string; circuitIndex: number },
      candidate: Buffer,
      operation?: OperationRecord,
      nowMs = START_MS,
    ) => store().settleAttempt(attemptId, circuitIndex, salted(candidate), operation, nowMs, ATTEMPT_TTL_MS);
    const historyOf = async (operationId: string) => {
      const { tenantId, userId } = device;
      const slice = { offset: 0, limit: 10 };
      const page = await store().listRecentAuthentications(
        tenantId,
        { userId },
        operationId,
        slice,
        START_MS,
      );
      return page!.authentications;
    };

    it('records a match, gives out the token and releases the template', async () => {
      const attempt = await begin();
      expect(await settle(attempt, attempt.tokenHash)).toMatchObject({
        outcome: 'settled',
        verdict: 'match',
        tokenHash: attempt.tokenHash,
        finished: { outcome: 'finished', sealedTemplate: device.enrollment.device.sealedTemplate, epoch: 3 },
      });
    });

    it('counts any other candidate, releases nothing, and the token is gone', async () => {
      const attempt = await begin();
      const settled = await settle(attempt, randomBytes(32));
      expect(settled).toMatchObject({ verdict: 'no-match', finished: { remainingAttempts: 4 } });
      expect(JSON.stringify(settled)).not.toContain('sealedTemplate');
      expect(await settle(attempt, attempt.tokenHash)).toEqual({ outcome: 'no-token' });
    });

    it('settles one of many at a time', async () => {
      const attempt = await begin();
      const all = await Promise.all(Array.from({ length: 8 }, () => settle(attempt, attempt.tokenHash)));
      expect(all.filter(({ outcome }) => outcome === 'settled')).toHaveLength(1);
    });

    it("takes the token of the attempt's own device alone", async () => {
      const other = await enrollDevice(store(), device.tenantId);
      const tokenHash = randomBytes(32);
      await store().putMatchTokens(other.userId, other.deviceId, [{ circuitIndex: 9000, tokenHash }]);
      const attempt = await begin();
      expect(await settle({ ...attempt, circuitIndex: 9000 }, tokenHash)).toEqual({ outcome: 'no-token' });
      expect(await store().takeMatchToken(other.userId, other.deviceId, 9000, START_MS)).toEqual(tokenHash);
      await store().finishAttempt(attempt.attemptId, 'aborted', undefined, START_MS, ATTEMPT_TTL_MS);
    });

    it('says nothing of an attempt that is unknown, aborted or too old', async () => {
      const unknown = { attemptId: randomUUID(), circuitIndex: 0 };
      expect(await settle(unknown, randomBytes(32))).toEqual({ outcome: 'not-found' });
      const aborted = await begin();
      await store().finishAttempt(aborted.attemptId, 'aborted', undefined, START_MS, ATTEMPT_TTL_MS);
      expect(await settle(aborted, aborted.tokenHash)).toMatchObject({ finished: { outcome: 'conflict' } });
      const old = await begin();
      const late = await settle(old, old.tokenHash, undefined, START_MS + ATTEMPT_TTL_MS);
      expect(late).toMatchObject({ finished: { outcome: 'not-found' } });
    });

    it('names the operation in the history of a failure and of an abort, and stores it with a match alone', async () => {
      const operation = { operationId: `o-${randomUUID()}` };
      await settle(await begin(), randomBytes(32), operation);
      const aborted = await begin();
      await store().finishAttempt(aborted.attemptId, 'aborted', operation, START_MS, ATTEMPT_TTL_MS);
      expect(await store().readOperation(device.tenantId, operation.operationId)).toBeUndefined();
      const matching = await begin();
      await settle(matching, matching.tokenHash, operation);
      expect(await store().readOperation(device.tenantId, operation.operationId)).toMatchObject(operation);
      expect((await historyOf(operation.operationId)).map(({ outcome }) => outcome).sort()).toEqual([
        'aborted',
        'match',
        'no-match',
      ]);
      const again = await begin();
      expect(await settle(again, again.tokenHash, operation)).toMatchObject({
        finished: { outcome: 'operation-exists' },
      });
    });
  });
};
