import { setTimeout as delay } from 'node:timers/promises';
import { callEndpoint, createHttpClient } from '@openrecognize/clients';
import { commitEnrollment, putTenant } from '@openrecognize/contracts';
import { atDistance } from '@openrecognize/synthetic-users';
import { createIdealFunctionality } from '@openrecognize/zkb/ideal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  enrollSyntheticDevice,
  outcomeOf,
  readLedger,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const intent = { purpose: 'authenticate' } as const;
let stack: TestStack;
const enroll = (circuitCount: number, externalUserId?: string) =>
  enrollSyntheticDevice(stack.tenant.coreDaemonUrl, stack.tenant.mobileApiKey, {
    circuitCount,
    ...(externalUserId ? { externalUserId } : {}),
  });
const setLockout = async (settings: object): Promise<void> => {
  const http = createHttpClient({
    baseUrl: stack.urlOf('node-persistence'),
    serviceKey: stack.secrets.serviceKey,
  });
  await callEndpoint(http, putTenant, { params: { customer: stack.tenant.customer }, body: { settings } });
  await http.close();
};

beforeAll(async () => {
  stack = await startTestStack({ overrides: { 'core-daemon': { BUSY_WAIT_MS: '20000' } } });
});
afterAll(() => stack?.dispose());

it('two hundred parallel authentications of one user use distinct circuits, or are refused for want of one', async () => {
  const device = await enroll(100);
  const before = await readLedger(stack.postgres.url);
  const results = await Promise.allSettled(Array.from({ length: 200 }, () => device.reserve()));
  const reserved = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
  expect(new Set(reserved.map(({ circuitIndex }) => circuitIndex)).size).toBe(100);
  expect(reserved).toHaveLength(100);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason.code).toBe('NOT_ENOUGH_CIRCUITS');
  }
  const probe = atDistance(device.code, 300);
  // A device answers in ascending order (ZK-3); its messages then race each other.
  const messages = reserved
    .sort((a, b) => a.circuitIndex - b.circuitIndex)
    .map((reservation) => ({ reservation, message: device.answer(reservation, probe, intent) }));
  const outcomes = await Promise.all(
    messages.map(({ reservation, message }) => outcomeOf(device.send(reservation, message))),
  );
  for (const outcome of outcomes) expect(['ok', 'AUTHENTICATION_BUSY']).toContain(outcome);
  const accepted = outcomes.filter((outcome) => outcome === 'ok').length;
  expect(accepted).toBeGreaterThan(50);
  const after = await readLedger(stack.postgres.url);
  expect(after.consumedCircuits - before.consumedCircuits).toBe(accepted);
  expect(after.matches - before.matches).toBe(accepted);
  await device.close();
}, 90_000);

it('parallel impostor attempts are evaluated exactly as often as the lockout allows (ZK-14)', async () => {
  const device = await enroll(20);
  const before = await readLedger(stack.postgres.url);
  const messages = [];
  for (let i = 0; i < 20; i++) {
    const reservation = await device.reserve();
    messages.push({ reservation, message: device.answer(reservation, atDistance(device.code, 900), intent) });
  }
  const outcomes = await Promise.all(
    messages.map(({ reservation, message }) => outcomeOf(device.send(reservation, message))),
  );
  const count = (code: string): number => outcomes.filter((outcome) => outcome === code).length;
  expect(count('FAILED_TO_AUTHENTICATE_USER')).toBe(5);
  expect(count('LOCKED_OUT')).toBe(15);
  const after = await readLedger(stack.postgres.url);
  expect(after.failures - before.failures).toBe(5);
  expect(after.consumedCircuits - before.consumedCircuits).toBe(5);
  expect(await outcomeOf(device.reserve())).toBe('LOCKED_OUT');
  await device.close();
});

it('one message sent many times at once is accepted once', async () => {
  const device = await enroll(5);
  const reservation = await device.reserve();
  const message = device.answer(reservation, atDistance(device.code, 100), intent);
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, () => outcomeOf(device.send(reservation, message))),
  );
  expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
  for (const outcome of outcomes) expect(['ok', 'REPLAY_REFUSED']).toContain(outcome);
  await device.close();
});

it('two enrollments of one external user make one user', async () => {
  const outcomes = await Promise.all([
    outcomeOf(enroll(2, 'same-person')),
    outcomeOf(enroll(2, 'Same-Person')),
  ]);
  expect(outcomes.sort()).toEqual(['ALREADY_ENROLLED', 'ok']);
});

it('the same commit sent ten times at once makes one user with one set of circuits', async () => {
  const { coreDaemonUrl, mobileApiKey, secretApiKey } = stack.tenant;
  const before = await readLedger(stack.postgres.url);
  const answers: unknown[] = [];
  const device = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, {
    circuitCount: 5,
    wrapTransport: (inner) => ({
      ...inner,
      call: async (endpoint, input) => {
        if (endpoint.path !== commitEnrollment.path) return inner.call(endpoint, input);
        const all = await Promise.all(Array.from({ length: 10 }, () => inner.call(endpoint, input)));
        answers.push(...all);
        return all[0]!;
      },
    }),
  });
  const { userId, deviceId } = device;
  expect(answers).toHaveLength(10);
  for (const answer of answers) expect(answer).toMatchObject({ userId, deviceId, stock: 5 });
  expect((await readLedger(stack.postgres.url)).users - before.users).toBe(1);
  const devices = await fetch(`${stack.urlOf('operations-service')}/v2/users/${userId}/devices`, {
    headers: { 'x-api-key': secretApiKey },
  });
  expect(await devices.json()).toMatchObject([{ publicSigningKey: device.publicSigningKey }]);
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(device.reserve())));
  expect(outcomes.sort()).toEqual([
    ...Array.from({ length: 5 }, () => 'NOT_ENOUGH_CIRCUITS'),
    ...Array.from({ length: 5 }, () => 'ok'),
  ]);
  await device.close();
});

it('a random history gives the verdicts of the ideal functionality, suspension included', async () => {
  // Long enough for the attempts it has to refuse, also on a busy machine.
  const suspensionMs = 5_000;
  await setLockout({ lockoutFailures: 3, lockoutSuspensionSeconds: suspensionMs / 1_000 });
  const device = await enroll(30);
  const ideal = createIdealFunctionality({ failures: 3, windowMs: 600_000, suspensionMs });
  ideal.enroll(device.userId, device.code, 744, 30);
  const expectedCode = { match: 'ok', 'no-match': 'FAILED_TO_AUTHENTICATE_USER', 'locked-out': 'LOCKED_OUT' };
  let idealNowMs = 0;
  for (const distance of [745, 744, 745, 746, 300, 745, 745, 745, 300, 745]) {
    const verdict = ideal.authenticate(device.userId, atDistance(device.code, distance), idealNowMs);
    const outcome = await outcomeOf(device.authenticate(distance, false));
    expect(outcome).toBe(expectedCode[verdict.result as keyof typeof expectedCode]);
  }
  await delay(suspensionMs + 500);
  idealNowMs += suspensionMs + 500;
  for (const distance of [745, 745, 744, 745, 745]) {
    const verdict = ideal.authenticate(device.userId, atDistance(device.code, distance), idealNowMs);
    const outcome = await outcomeOf(device.authenticate(distance, false));
    expect(outcome).toBe(expectedCode[verdict.result as keyof typeof expectedCode]);
  }
  await device.close();
});
