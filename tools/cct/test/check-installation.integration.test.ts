import { startTestStack, type TestStack } from '@openrecognize/e2e';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkInstallation, formatReport, formatStep } from '../dist/index.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.dispose());

const check = async (mobileApiKey = stack.tenant.mobileApiKey) => {
  const { coreDaemonUrl, operationsUrl, customer } = stack.tenant;
  const calls: string[] = [];
  const report = await checkInstallation({
    settings: { coreDaemonUrl, operationsUrl, customer, mobileApiKey, fullLog: true },
    onCall: (path, _durationMs, outcome) => calls.push(`${path} ${outcome}`),
  });
  return { report, calls, text: [...report.steps.map(formatStep), formatReport(report)].join('\n') };
};

it('passes on a running stack, verifies the JWT and leaves nobody behind', async () => {
  const { report, calls, text } = await check();
  expect(report.steps.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
    'HEALTH true',
    'HEALTH true',
    'ENROLL true',
    'AUTH true',
    'JWT true',
    'STRANGER true',
    'DE-ENROLL true',
  ]);
  expect(text).toMatch(/All tests passed$/);
  expect(calls.join()).toContain('FAILED_TO_AUTHENTICATE_USER');
  const again = await check();
  expect(again.report.ok).toBe(true);
  expect(text).not.toContain(stack.tenant.mobileApiKey);
});

it('says that the key is wrong', async () => {
  const { report, text } = await check('not-a-key-of-anybody');
  expect(report.ok).toBe(false);
  expect(text).toMatch(/FAIL ENROLL .*API_KEY_/);
});

it('names the service that is down, whichever it is', { timeout: 120_000 }, async () => {
  const startDatabase = await stack.stopDatabase();
  expect((await check()).text).toMatch(/Failed: ENROLL: STORAGE_UNAVAILABLE: The database/);
  await startDatabase();
  await stack.untilReady('core-daemon');
  expect((await check()).report.ok).toBe(true);

  for (const name of ['circuit-storage', 'auth-vault', 'node-persistence'] as const) {
    await stack.service(name).stop();
    const { report, text } = await check();
    expect(report.ok).toBe(false);
    expect(text).toMatch(new RegExp(`Failed: HEALTH: core-daemon is not ready: .*${name}`));
  }
  await stack.service('operations-service').stop();
  await stack.service('core-daemon').stop();
  expect((await check()).text).toMatch(/Failed: HEALTH: core-daemon cannot be reached \(ECONNREFUSED\)$/);
});
