import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { backendServices, hasFaceModels, startTestStack, type TestStack } from '@openrecognize/e2e';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckSettings, checkInstallation, formatReport, formatStep } from '../dist/index.js';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: cct over the two services with face models (the models are missing)');
/** All seven, each a process of its own. */
const services = hasModels
  ? ([...backendServices, 'enrollment-agent', 'authentication-service'] as const)
  : backendServices;
type Name = (typeof services)[number];
const asked: readonly Name[] = [
  'core-daemon',
  'operations-service',
  'enrollment-agent',
  'authentication-service',
];
/** The others are behind these, which say so. */
const isAsked = (name: Name): boolean => asked.includes(name);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    services,
    overrides: {
      'enrollment-agent': { MAX_CONCURRENCY: '1' },
      'authentication-service': { BIOMETRIC_WORKERS: '1' },
    },
  });
}, 120_000);
afterAll(() => stack?.dispose());

const untilAllReady = async (): Promise<void> => {
  for (const name of services) await stack.untilReady(name);
};

const settingsOf = (mobileApiKey = stack.tenant.mobileApiKey): CheckSettings => {
  const { coreDaemonUrl, operationsUrl, customer } = stack.tenant;
  const withModels = {
    authenticationServiceUrl: stack.urlOf('authentication-service'),
    agentUrl: stack.urlOf('enrollment-agent'),
  };
  return {
    ...{ coreDaemonUrl, operationsUrl, customer, mobileApiKey, fullLog: true },
    ...(hasModels ? withModels : {}),
  };
};

const check = async (mobileApiKey?: string) => {
  const calls: string[] = [];
  const report = await checkInstallation({
    settings: settingsOf(mobileApiKey),
    onCall: (path, _durationMs, outcome) => calls.push(`${path} ${outcome}`),
  });
  return { report, calls, text: [...report.steps.map(formatStep), formatReport(report)].join('\n') };
};

it('passes on a running stack, verifies the JWT and leaves nobody behind', async () => {
  const { report, calls, text } = await check();
  expect(report.steps.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
    ...services.filter(isAsked).map(() => 'HEALTH true'),
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

it('names the database when it is down', async () => {
  const startDatabase = await stack.stopDatabase();
  expect((await check()).text).toMatch(/Failed: ENROLL: STORAGE_UNAVAILABLE: The database/);
  await startDatabase();
  await untilAllReady();
  expect((await check()).report.ok).toBe(true);
});

it.each(services)(
  'is red with one line that names %s while that alone is down, and green again after',
  async (name) => {
    await stack.service(name).stop();
    const { report, text } = await check();
    expect(report.ok).toBe(false);
    const [last] = text.split('\n').slice(-1);
    expect(last).toMatch(
      isAsked(name)
        ? new RegExp(`^Failed: HEALTH: ${name} cannot be reached \\(ECONNREFUSED\\)$`)
        : new RegExp(`^Failed: HEALTH: core-daemon is not ready: (.*, )?${name}(, .*)? is down$`),
    );
    await stack.startAgain(name);
    await untilAllReady();
    expect((await check()).report.ok).toBe(true);
  },
  120_000,
);

it('is a program with an exit code: 0 when all passed, 1 when a step failed, 2 when it was told too little', async () => {
  const { coreDaemonUrl, mobileApiKey } = stack.tenant;
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const run = (environment: Record<string, string>): Promise<{ code: number; last: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [main], { env: environment }, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code);
        resolve({ code, last: `${stdout}${stderr}`.trimEnd().split('\n').at(-1)! });
      });
    });
  expect(await run({ HOST: coreDaemonUrl, APIKEY: mobileApiKey })).toEqual({
    code: 0,
    last: 'All tests passed',
  });
  const refused = await run({ HOST: coreDaemonUrl, APIKEY: 'not-a-key-of-anybody' });
  expect(refused).toEqual({ code: 1, last: expect.stringMatching(/^Failed: ENROLL: API_KEY_INVALID/) });
  expect(await run({ HOST: coreDaemonUrl })).toEqual({ code: 2, last: 'cct: APIKEY is not set' });
});
