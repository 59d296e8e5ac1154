import { expect, it } from 'vitest';
import { formatHtmlReport } from './html-report.ts';
import { formatReport, isSound, type LoadReport, measuresOf } from './report.ts';

const sample = { deviceAuthMs: 1, userAuthMs: 2, sendCircuitMs: 3, totalMs: 6 };
const result = { samples: [sample, sample], refusedCount: 0, failures: new Map(), elapsedMs: 1_000 };
const report: LoadReport = {
  title: '1 user <x> 2',
  machine: '2 x CPU',
  startedAt: '2026-01-01T00:00:00.000Z',
  elapsedMs: 1_000,
  measures: measuresOf(result),
  okCount: 2,
  refusedCount: 1,
  failures: { LOCKED_OUT: 2 },
  circuits: { used: 5, violations: {} },
  memory: [],
};

it('prints the four measures and counts what failed', () => {
  const text = formatReport(report);
  expect(text).toMatch(/NumEntries +Average +Median +StDev +Min +Max +P95 +P99/);
  expect(text).toMatch(/Device auth time\s+2\s+1\.00/);
  expect(text).toMatch(/User auth time\s+2\s+2\.00/);
  expect(text).toMatch(/Send circ time\s+2\s+3\.00/);
  expect(text).toMatch(/Total time\s+2\s+6\.00/);
  expect(text).toContain('Num Auth OK: 2\nNum Auth FAIL: 2\n  LOCKED_OUT: 2');
  expect(text).toContain('Strangers refused: 1');
  expect(text).toContain('2.0 authentications a second');
  expect(text).toContain('5 circuits used, each once');
});

it('prints no figures where nothing succeeded', () => {
  const empty = { ...report, measures: measuresOf({ ...result, samples: [] }), okCount: 0 };
  expect(formatReport(empty)).not.toContain('Total time');
  expect(formatReport(empty)).toContain('Num Auth OK: 0');
});

it('is sound only without failures, broken rules and growing memory', () => {
  const sound = { ...report, failures: {} };
  const grown = { service: 's', firstMebibytes: 1, lastMebibytes: 9, growth: 0.5, isFlat: false };
  expect(isSound(sound)).toBe(true);
  expect(isSound(report)).toBe(false);
  expect(isSound({ ...sound, circuits: { used: 1, violations: { INDEX_WENT_BACK: 1 } } })).toBe(false);
  expect(isSound({ ...sound, memory: [grown] })).toBe(false);
  expect(formatReport({ ...sound, memory: [grown] })).toContain('GROWS');
});

it('makes a page that stands alone, with two plots for each measure', () => {
  const page = formatHtmlReport([report]);
  expect(page.match(/<svg/g)).toHaveLength(8);
  expect(page).toContain('1 user &#60;x&#62; 2');
  expect(page).not.toMatch(/(?:src|href)=|NaN|Infinity/);
});
