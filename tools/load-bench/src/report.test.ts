import { expect, it } from 'vitest';
import { formatReport } from './report.ts';

const plan = { users: 1, authsPerUser: 2, concurrency: 1 };

it('prints the four measures and counts what failed', () => {
  const sample = { deviceAuthMs: 1, userAuthMs: 2, sendCircuitMs: 3, totalMs: 6 };
  const report = formatReport(plan, {
    samples: [sample, sample],
    failures: new Map([['LOCKED_OUT', 2]]),
    elapsedMs: 1_000,
  });
  expect(report).toMatch(/Device auth time\s+2\s+1\.00/);
  expect(report).toMatch(/Total time\s+2\s+6\.00/);
  expect(report).toContain('Num Auth OK: 2\nNum Auth FAIL: 2\n  LOCKED_OUT: 2');
  expect(report).toContain('2.0 authentications a second');
});

it('prints no figures where nothing succeeded', () => {
  const report = formatReport(plan, { samples: [], failures: new Map([['X', 1]]), elapsedMs: 5 });
  expect(report).not.toContain('Total time');
  expect(report).toContain('Num Auth OK: 0');
});
