import { randomBytes, randomUUID } from 'node:crypto';
import type { Service } from '@openrecognize/service-kit';
import { createFakeClock } from '@openrecognize/testing';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomUserId } from './fixtures.ts';
import { call, enrollmentRequest, startTestService } from './service-fixture.ts';

const database = useTestDatabase();
const clock = createFakeClock();
let services: readonly Service[];
let tenantId: number;

beforeAll(async () => {
  // Both migrate the same empty database at the same time.
  services = await Promise.all([1, 2].map(() => startTestService(database.url, clock.now)));
  tenantId = (await call(services[0]!, 'PUT', '/internal/v1/tenants/demo', {})).body.tenantId;
});
afterAll(() => Promise.all((services ?? []).map((service) => service.close(0))));

const enroll = async () => {
  const request = enrollmentRequest(tenantId, randomUserId(), randomBytes(91));
  const { enrollmentId, userId, deviceId } = (
    await call(services[0]!, 'POST', '/internal/v1/enrollments', request)
  ).body;
  await call(services[1]!, 'POST', `/internal/v1/enrollments/${enrollmentId}/commit`, { tenantId });
  return { tenantId, userId, deviceId };
};

/** One impostor: repeats while told to be busy; starts on one instance and finishes on the other. */
const attack = async (device: object, at: number): Promise<'verdict' | 'locked-out'> => {
  for (;;) {
    const attemptId = randomUUID();
    const started = await call(services[at % 2]!, 'POST', '/internal/v1/attempts', { ...device, attemptId });
    if (started.status === 201) {
      const finished = await call(
        services[(at + 1) % 2]!,
        'POST',
        `/internal/v1/attempts/${attemptId}/finish`,
        { outcome: 'no-match' },
      );
      expect(finished.status).toBe(200);
      return 'verdict';
    }
    if (started.body.error.code === 'LOCKED_OUT') return 'locked-out';
    expect(started.body.error.code).toBe('AUTHENTICATION_BUSY');
  }
};

it('gives 200 parallel attempts of an impostor exactly five verdicts, over two instances', async () => {
  const device = await enroll();
  const results = await Promise.all(Array.from({ length: 200 }, (_, at) => attack(device, at)));
  expect(results.filter((result) => result === 'verdict')).toHaveLength(5);
  expect(results.filter((result) => result === 'locked-out')).toHaveLength(195);
  const checked = await call(services[1]!, 'POST', '/internal/v1/devices/check', device);
  expect(checked.body.lockoutRemainingSeconds).toBe(600);

  // After the suspension the same again: the refused ones neither extended it nor were counted.
  await clock.advance(600_000);
  const again = await Promise.all(Array.from({ length: 40 }, (_, at) => attack(device, at)));
  expect(again.filter((result) => result === 'verdict')).toHaveLength(5);
});

it('never lets more than the failures that are left be in flight', async () => {
  const device = await enroll();
  const starts = await Promise.all(
    Array.from({ length: 60 }, (_, at) =>
      call(services[at % 2]!, 'POST', '/internal/v1/attempts', { ...device, attemptId: randomUUID() }),
    ),
  );
  expect(starts.filter(({ status }) => status === 201)).toHaveLength(5);
});

it('starts one attempt of many that come with the same id', async () => {
  const device = await enroll();
  const attemptId = randomUUID();
  const starts = await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      call(services[at % 2]!, 'POST', '/internal/v1/attempts', { ...device, attemptId }),
    ),
  );
  expect(starts.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(starts.filter(({ body }) => body.error?.code === 'REPLAY_REFUSED')).toHaveLength(9);
});

it('counts one verdict that is reported many times once', async () => {
  const device = await enroll();
  const attemptId = randomUUID();
  await call(services[0]!, 'POST', '/internal/v1/attempts', { ...device, attemptId });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      call(services[at % 2]!, 'POST', `/internal/v1/attempts/${attemptId}/finish`, { outcome: 'no-match' }),
    ),
  );
  for (const { body } of answers) expect(body.remainingAttempts).toBe(4);
});
