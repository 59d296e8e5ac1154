import type { LoadPlan, LoadResult } from './run-load.ts';
import type { AuthenticationSample } from './simulated-user.ts';
import { type Summary, summarize } from './statistics.ts';

const measures: readonly (readonly [string, keyof AuthenticationSample])[] = [
  ['Device auth time', 'deviceAuthMs'],
  ['User auth time', 'userAuthMs'],
  ['Send circ time', 'sendCircuitMs'],
  ['Total time', 'totalMs'],
];
const columns: readonly (readonly [string, keyof Summary])[] = [
  ['NumEntries', 'numEntries'],
  ['Average', 'average'],
  ['Median', 'median'],
  ['StDev', 'stDev'],
  ['Min', 'min'],
  ['Max', 'max'],
  ['P95', 'p95'],
  ['P99', 'p99'],
];

/** The report as a table in milliseconds, then what succeeded and what did not. */
export const formatReport = (plan: LoadPlan, result: LoadResult): string => {
  const lines = [
    `${plan.users} users x ${plan.authsPerUser} authentications, concurrency ${plan.concurrency} (milliseconds)`,
    ['measure'.padEnd(18), ...columns.map(([title]) => title.padStart(10))].join(' '),
  ];
  if (result.samples.length > 0) {
    for (const [title, key] of measures) {
      const summary = summarize(result.samples.map((sample) => sample[key]));
      const cells = columns.map(([, column]) =>
        (column === 'numEntries' ? `${summary[column]}` : summary[column].toFixed(2)).padStart(10),
      );
      lines.push([title.padEnd(18), ...cells].join(' '));
    }
  }
  const failed = [...result.failures.values()].reduce((sum, count) => sum + count, 0);
  lines.push(`Num Auth OK: ${result.samples.length}`, `Num Auth FAIL: ${failed}`);
  for (const [code, count] of result.failures) lines.push(`  ${code}: ${count}`);
  const perSecond = (result.samples.length / result.elapsedMs) * 1_000;
  lines.push(`${perSecond.toFixed(1)} authentications a second, refill included`);
  return lines.join('\n');
};
