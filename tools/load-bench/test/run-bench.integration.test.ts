import { startTestStack, type TestStack } from '@openrecognize/e2e';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isSound, type LoadMode, runBench } from '../dist/index.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.dispose());

const run = (mode: LoadMode, strangerShare = 0) => {
  const { coreDaemonUrl, mobileApiKey } = stack.tenant;
  const target = { coreDaemonUrl, mobileApiKey };
  const metricsUrls = new Map([['core-daemon', coreDaemonUrl]]);
  return runBench({ target, users: 3, warmupCount: 1, strangerShare, mode, metricsUrls }, () => {});
};

it('measures each authentication of a closed loop and refuses every stranger', async () => {
  const [report] = await run({ kind: 'closed', authsPerUser: 8, concurrencies: [2] }, 0.25);
  expect(report?.failures).toEqual({});
  expect(report?.okCount).toBe(18);
  expect(report?.refusedCount).toBe(6);
  expect(report?.circuits).toEqual({ used: 24, violations: {} });
  for (const { summary } of report?.measures ?? []) expect(summary.min).toBeGreaterThan(0);
  expect(report && isSound(report)).toBe(true);
});

it('keeps the rate of an open loop, and watches memory in a soak', { timeout: 60_000 }, async () => {
  const [open] = await run({ kind: 'open', ratePerSecond: 10, durationSeconds: 2 });
  expect(open?.okCount).toBe(20);
  expect(open?.elapsedMs).toBeGreaterThan(1_890);
  const [soak] = await run({ kind: 'soak', minutes: 0.15, ratePerSecond: 10, concurrency: 2 });
  expect(soak?.okCount).toBe(90);
  expect(soak?.memory[0]).toMatchObject({ service: 'core-daemon' });
});
