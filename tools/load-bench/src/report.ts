import type { LoadResult } from './load-result.ts';
import type { MemoryTrend } from './service-memory.ts';
import type { AuthenticationSample } from './simulated-user.ts';
import { type Summary, summarize } from './statistics.ts';

/** Everything a run has to tell: the JSON report, and what the other two are made from. */
export interface LoadReport {
  /** E.g. `10 users x 30 authentications, concurrency 8`. */
  readonly title: string;
  readonly machine: string;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly measures: readonly Measure[];
  readonly okCount: number;
  readonly refusedCount: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Circuits answered, and rules about them that did not hold. */
  readonly circuits: { readonly used: number; readonly violations: Readonly<Record<string, number>> };
  readonly memory: readonly MemoryTrend[];
}

/** One of the four times, in milliseconds. */
export interface Measure {
  readonly title: string;
  readonly summary: Summary;
  readonly values: readonly number[];
}

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

/** The four measures of a run; none where nothing succeeded. */
export const measuresOf = ({ samples }: LoadResult): readonly Measure[] =>
  samples.length === 0
    ? []
    : measures.map(([title, key]) => {
        const values = samples.map((sample) => sample[key]);
        return { title, summary: summarize(values), values };
      });

export const failCountOf = ({ failures }: Pick<LoadReport, 'failures'>): number =>
  Object.values(failures).reduce((sum, count) => sum + count, 0);

/** Whether nothing went wrong: no failure, no broken rule, no growing memory. */
export const isSound = (report: LoadReport): boolean =>
  failCountOf(report) === 0 &&
  Object.keys(report.circuits.violations).length === 0 &&
  report.memory.every(({ isFlat }) => isFlat);

const formatMemory = ({ service, firstMebibytes, lastMebibytes, growth, isFlat }: MemoryTrend): string =>
  `  ${service.padEnd(24)} ${firstMebibytes.toFixed(0).padStart(5)} -> ${lastMebibytes.toFixed(0).padStart(5)} MiB, ` +
  `second half ${(growth * 100).toFixed(1)} %${isFlat ? '' : '  GROWS'}`;

/** The report as a table in milliseconds, then what succeeded and what did not. */
export const formatReport = (report: LoadReport): string => {
  const lines = [
    `${report.title} (milliseconds)`,
    ['measure'.padEnd(18), ...columns.map(([title]) => title.padStart(10))].join(' '),
  ];
  for (const { title, summary } of report.measures) {
    const cells = columns.map(([, column]) =>
      (column === 'numEntries' ? `${summary[column]}` : summary[column].toFixed(2)).padStart(10),
    );
    lines.push([title.padEnd(18), ...cells].join(' '));
  }
  lines.push(`Num Auth OK: ${report.okCount}`, `Num Auth FAIL: ${failCountOf(report)}`);
  for (const [code, count] of Object.entries(report.failures)) lines.push(`  ${code}: ${count}`);
  if (report.refusedCount > 0) lines.push(`Strangers refused: ${report.refusedCount}`);
  const perSecond = (report.okCount / report.elapsedMs) * 1_000;
  lines.push(`${perSecond.toFixed(1)} authentications a second, refill included`);
  const broken = Object.entries(report.circuits.violations);
  lines.push(`${report.circuits.used} circuits used${broken.length === 0 ? ', each once' : ''}`);
  for (const [rule, count] of broken) lines.push(`  ${rule}: ${count}`);
  if (report.memory.length > 0) lines.push('Memory of the services', ...report.memory.map(formatMemory));
  return lines.join('\n');
};
