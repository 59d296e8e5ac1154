import { RecognizeError } from '@openrecognize/contracts';
import { createGarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createBackgroundTasks } from '../src/adapters/background-tasks.ts';
import { beginAuthentication } from '../src/commands/begin-authentication.ts';
import { beginEnrollment } from '../src/commands/begin-enrollment.ts';
import { commitEnrollment } from '../src/commands/commit-enrollment.ts';
import type { CoreDaemonDeps, CoreDaemonSettings } from '../src/commands/core-daemon-deps.ts';
import { finishAuthentication, type RequestTenant } from '../src/commands/finish-authentication.ts';
import { createRecentMatches } from '../src/commands/recent-matches.ts';
import { uploadEnrollmentCircuits } from '../src/commands/upload-enrollment-circuits.ts';
import { createFakeAuthVault } from './fakes/fake-auth-vault.ts';
import { createFakeCircuitStorage } from './fakes/fake-circuit-storage.ts';
import { createFakeNodePersistence } from './fakes/fake-node-persistence.ts';
import { withFaults } from './fakes/with-faults.ts';
import { createTestDevice, type TestDevice } from './test-device.ts';

export const tenant: RequestTenant = { tenantId: 1, customer: 'acme', settings: {} };
export const call = { requestId: 'request-1' };
export const unavailable = new RecognizeError('SERVICE_UNAVAILABLE');

/** The commands over fakes of the other services, with a clock that only moves by hand or by sleeping. */
export const createDaemonFixture = (settings: Partial<CoreDaemonSettings> = {}) => {
  const clock = { nowMs: 1_800_000_000_000 };
  const now = () => clock.nowMs;
  const fakePersistence = createFakeNodePersistence(now);
  const fakes = {
    persistence: fakePersistence,
    storage: createFakeCircuitStorage(now),
    vault: createFakeAuthVault(now, fakePersistence.port),
  };
  const persistence = withFaults(fakes.persistence.port);
  const storage = withFaults(fakes.storage.port);
  const vault = withFaults(fakes.vault.port);
  const background = createBackgroundTasks();
  const observed: string[] = [];
  const deps: CoreDaemonDeps = {
    persistence: persistence.port,
    storage: storage.port,
    vault: vault.port,
    identityTokens: { subjectOf: async (_provider, token) => token.replace('token of ', '') },
    engine: createGarblingEngine(nodeAesBatch),
    background,
    clock: {
      now,
      sleep: async (durationMs) => {
        clock.nowMs += durationMs;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
    recentMatches: createRecentMatches(now),
    timings: {
      deviceAuth: () => observed.push('device-auth'),
      userAuth: (_seconds, result) => observed.push(`user-auth ${result}`),
      sendCircuit: () => observed.push('send-circuit'),
      evaluation: () => observed.push('evaluation'),
    },
    settings: {
      leaseSeconds: 60,
      enrollmentTtlSeconds: 600,
      uncommittedUserTtlSeconds: 86_400,
      targetCircuitCount: 5,
      busyWaitMs: 1500,
      artifacts: [],
      ...settings,
    },
  };

  return {
    deps,
    clock,
    fakes,
    persistence,
    storage,
    vault,
    observed,
    settled: () => background.settled(2000),
    /** Outcome of an attempt, or undefined while it is in flight. */
    outcomeOf: (attemptId: string) => fakes.persistence.attempts.get(attemptId)?.outcome,
    newDevice: (circuitCount?: number) => createTestDevice(now, circuitCount),

    /** A device, enrolled. */
    async enroll(circuitCount = 3, changes: Parameters<TestDevice['beginEnrollment']>[0] = {}) {
      const device = createTestDevice(now, circuitCount);
      const { enrollmentId } = await beginEnrollment(
        deps,
        tenant.tenantId,
        device.beginEnrollment(changes),
        call,
      );
      await uploadEnrollmentCircuits(deps, tenant.tenantId, device.enrollmentUpload(enrollmentId), call);
      await commitEnrollment(deps, tenant.tenantId, enrollmentId, device.commit(enrollmentId), call);
      return device;
    },
    begin: (device: TestDevice) => beginAuthentication(deps, tenant.tenantId, device.begin(), call),
    finish: (request: { authenticationId: string; message: Uint8Array }) =>
      finishAuthentication(deps, tenant, request, call),
    /** Both steps. */
    async authenticate(device: TestDevice, probe: Uint8Array, intent = {}) {
      const reservation = await beginAuthentication(deps, tenant.tenantId, device.begin(), call);
      return finishAuthentication(deps, tenant, device.finish(reservation, probe, intent), call);
    },
  };
};

export type DaemonFixture = ReturnType<typeof createDaemonFixture>;
