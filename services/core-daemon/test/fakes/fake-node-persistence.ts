import { randomUUID } from 'node:crypto';
import { lockoutDefaults, RecognizeError } from '@openrecognize/contracts';
import type { NodePersistence } from '../../src/ports/node-persistence.ts';

type OpenedEnrollment = Parameters<NodePersistence['openEnrollment']>[0]['body'];
type Enrollment = Awaited<ReturnType<NodePersistence['readEnrollment']>>;

interface Device {
  readonly tenantId: number;
  readonly enrolled: OpenedEnrollment;
}
interface User {
  failures: number;
  lockedUntilMs: number;
}
interface Attempt {
  readonly device: Device;
  outcome?: 'match' | 'no-match' | 'aborted';
  /** As the history names it. */
  operationId?: string | undefined;
}

/** node-persistence in memory, with the lockout rule (without its window). */
export const createFakeNodePersistence = (now: () => number) => {
  const opened = new Map<string, { enrollment: Enrollment; body: OpenedEnrollment }>();
  const devices = new Map<string, Device>();
  const users = new Map<string, User>();
  const attempts = new Map<string, Attempt>();
  const operations = new Set<string>();
  const purges: { userId: string; deviceId: string }[] = [];

  const deviceOf = (key: { tenantId: number; userId: string; deviceId: string }): Device => {
    const device = devices.get(key.deviceId);
    if (!users.has(key.userId) || device?.tenantId !== key.tenantId)
      throw new RecognizeError('USER_NOT_FOUND');
    if (device.enrolled.userId !== key.userId) throw new RecognizeError('DEVICE_NOT_FOUND');
    return device;
  };
  const lockedSeconds = (user: User) => Math.max(0, Math.ceil((user.lockedUntilMs - now()) / 1000));
  const inFlightOf = (userId: string) =>
    [...attempts.values()].filter(({ device, outcome }) => device.enrolled.userId === userId && !outcome)
      .length;
  const readOpened = (enrollmentId: string) => {
    const found = opened.get(enrollmentId);
    if (!found) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
    return found;
  };

  const port: NodePersistence = {
    async readTenant() {
      throw new RecognizeError('CUSTOMER_NOT_FOUND');
    },
    async resolveApiKey() {
      throw new RecognizeError('API_KEY_INVALID');
    },
    async openEnrollment({ body }) {
      const known = [...opened.values()].find(({ enrollment }) => enrollment.deviceId === body.deviceId);
      if (known?.enrollment.state === 'committed') throw new RecognizeError('ALREADY_ENROLLED');
      const enrollmentId = known?.enrollment.enrollmentId ?? randomUUID();
      const { tenantId, userId, deviceId, publicSigningKey, codeBits, threshold } = body;
      const enrollment: Enrollment = {
        enrollmentId,
        tenantId,
        userId,
        deviceId,
        publicSigningKey,
        codeBits,
        threshold,
        state: 'open',
        expiresAtMs: now() + body.ttlSeconds * 1000,
      };
      opened.set(enrollmentId, { enrollment, body });
      return enrollment;
    },
    async readEnrollment({ params }) {
      return readOpened(params.enrollmentId).enrollment;
    },
    async commitOpenEnrollment({ params, body }) {
      const { enrollment, body: enrolled } = readOpened(params.enrollmentId);
      if (enrollment.tenantId !== body.tenantId) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
      enrollment.state = 'committed';
      if (enrolled.awaitsCommit) enrollment.expiresAtMs = Math.min(enrollment.expiresAtMs, now());
      devices.set(enrollment.deviceId, { tenantId: enrollment.tenantId, enrolled });
      users.set(enrollment.userId, { failures: 0, lockedUntilMs: 0 });
      return enrollment;
    },
    async checkDevice({ body }) {
      const { publicSigningKey, codeBits, threshold } = deviceOf(body).enrolled;
      const lockoutRemainingSeconds = lockedSeconds(users.get(body.userId)!);
      return { publicSigningKey, codeBits, threshold, lockoutRemainingSeconds };
    },
    async startAttempt({ body }) {
      const device = deviceOf(body);
      const user = users.get(body.userId)!;
      const lockoutRemainingSeconds = lockedSeconds(user);
      if (lockoutRemainingSeconds > 0)
        throw new RecognizeError('LOCKED_OUT', { details: { lockoutRemainingSeconds } });
      if (attempts.has(body.attemptId)) throw new RecognizeError('REPLAY_REFUSED');
      if (user.failures + inFlightOf(body.userId) >= lockoutDefaults.failures) {
        throw new RecognizeError('AUTHENTICATION_BUSY');
      }
      attempts.set(body.attemptId, { device });
      const { codeBits, threshold, externalUserId } = device.enrolled;
      return { codeBits, threshold, ...(externalUserId === undefined ? {} : { externalUserId }) };
    },
    async finishAttempt({ params, body }) {
      const attempt = attempts.get(params.attemptId);
      if (!attempt || (attempt.outcome ?? body.outcome) !== body.outcome)
        throw new RecognizeError('NOT_FOUND');
      const { enrolled } = attempt.device;
      const user = users.get(enrolled.userId)!;
      const isFirst = attempt.outcome === undefined;
      const { operationId } = body.operationInfo ?? {};
      if (isFirst && body.outcome === 'match' && operationId !== undefined && operations.has(operationId)) {
        throw new RecognizeError('OPERATION_ALREADY_EXISTS');
      }
      attempt.outcome = body.outcome;
      attempt.operationId = operationId;
      const { epoch, sealedTemplate } = enrolled;
      if (body.outcome === 'match') {
        user.failures = 0;
        if (operationId !== undefined) operations.add(operationId);
        return { epoch, sealedTemplate, lockoutRemainingSeconds: 0 };
      }
      if (body.outcome === 'no-match' && isFirst) {
        user.failures++;
        if (user.failures >= lockoutDefaults.failures) {
          user.failures = 0;
          user.lockedUntilMs = now() + lockoutDefaults.suspensionSeconds * 1000;
        }
      }
      const lockoutRemainingSeconds = lockedSeconds(user);
      const remainingAttempts = lockoutRemainingSeconds > 0 ? 0 : lockoutDefaults.failures - user.failures;
      return { epoch, remainingAttempts, lockoutRemainingSeconds };
    },
    async deleteUser({ params, query }) {
      const own = [...devices].filter(([, device]) => device.enrolled.userId === params.userId);
      if (own.length === 0 || own[0]![1].tenantId !== query.tenantId)
        throw new RecognizeError('USER_NOT_FOUND');
      users.delete(params.userId);
      for (const [deviceId] of own) {
        devices.delete(deviceId);
        purges.push({ userId: params.userId, deviceId });
      }
      return { deviceIds: own.map(([deviceId]) => deviceId) };
    },
    async deleteDevice({ params, query }) {
      const { userId, deviceId } = params;
      if (!users.has(userId)) throw new RecognizeError('USER_NOT_FOUND');
      const device = devices.get(deviceId);
      if (device?.enrolled.userId !== userId || device.tenantId !== query.tenantId) {
        throw new RecognizeError('DEVICE_NOT_FOUND');
      }
      devices.delete(deviceId);
      purges.push({ userId, deviceId });
      return undefined;
    },
    async readUncommittedUser({ params, query }) {
      const found = [...opened.values()].find(
        ({ enrollment, body }) => body.awaitsCommit && enrollment.userId === params.userId,
      );
      const isOver = found?.enrollment.state === 'open' && found.enrollment.expiresAtMs <= now();
      if (found?.enrollment.tenantId !== query.tenantId || isOver) {
        throw new RecognizeError('ENROLLMENT_NOT_FOUND');
      }
      return found.enrollment;
    },
    async listCircuitPurges() {
      return { purges: [...purges] };
    },
    async finishCircuitPurge({ params }) {
      const at = purges.findIndex(({ deviceId }) => deviceId === params.deviceId);
      if (at >= 0) purges.splice(at, 1);
      return undefined;
    },
  };
  return { port, users, devices, attempts, purges, enrollmentIds: () => [...opened.keys()] };
};
