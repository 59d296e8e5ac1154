import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder in which a service notes failed starts, for the text file collector of a node exporter. */
export const TEXTFILE_DIRECTORY_VARIABLE = 'METRICS_TEXTFILE_DIRECTORY';

interface RecordedMetric {
  readonly name: string;
  readonly help: string;
}

export const START_FAILURES_METRIC: RecordedMetric = {
  name: 'openrecognize_start_failures_total',
  help: 'Starts of the service that ended before it could listen',
};

/** In the file alone: a process that answers a scrape has started. */
const LAST_START_FAILURE_METRIC: RecordedMetric = {
  name: 'openrecognize_last_start_failure_timestamp_seconds',
  help: 'When a start of the service last failed',
};

const fileOf = (directory: string, service: string): string =>
  join(directory, `openrecognize-${service}.prom`);

const render = (service: string, { name, help }: RecordedMetric, type: string, value: number): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}{service="${service}"} ${value}\n`;

/** Failed starts noted so far; 0 without a directory or a file in it. */
export const readFailedStarts = (directory: string | undefined, service: string): number => {
  if (!directory) return 0;
  try {
    const text = readFileSync(fileOf(directory, service), 'utf8');
    const [, value] = new RegExp(`^${START_FAILURES_METRIC.name}\\{[^}]*\\} (\\d+)$`, 'm').exec(text) ?? [];
    return Number(value ?? 0);
  } catch {
    return 0;
  }
};

/**
 * Notes one more failed start. Nobody can scrape a process that has ended; a file outlives it. Written aside and
 * renamed, so that a collector never reads half of it.
 *
 * @throws the error of the file system
 */
export const recordStartFailure = (directory: string | undefined, service: string, nowMs: number): void => {
  if (!directory) return;
  const failures = readFailedStarts(directory, service) + 1;
  mkdirSync(directory, { recursive: true });
  const file = fileOf(directory, service);
  // The collector reads files ending in .prom alone.
  const aside = `${file}.${process.pid}`;
  const text =
    render(service, START_FAILURES_METRIC, 'counter', failures) +
    render(service, LAST_START_FAILURE_METRIC, 'gauge', Math.floor(nowMs / 1000));
  writeFileSync(aside, text);
  renameSync(aside, file);
};
