import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder in which a service notes failed starts, for the text file collector of a node exporter. */
export const TEXTFILE_DIRECTORY_VARIABLE = 'METRICS_TEXTFILE_DIRECTORY';

export const START_FAILURES_METRIC = {
  name: 'openrecognize_start_failures_total',
  help: 'Starts of the service that ended before it could listen',
} as const;

export const LAST_START_FAILURE_METRIC = {
  name: 'openrecognize_last_start_failure_timestamp_seconds',
  help: 'When a start of the service last failed; 0 if none did',
} as const;

/** What is known of earlier starts on this machine. */
export interface StartRecord {
  readonly failures: number;
  /** Seconds since the epoch; 0 if no start failed. */
  readonly lastFailureSeconds: number;
}

export const NO_FAILED_STARTS: StartRecord = { failures: 0, lastFailureSeconds: 0 };

const fileOf = (directory: string, service: string): string =>
  join(directory, `openrecognize-${service}.prom`);

const render = (service: string, { failures, lastFailureSeconds }: StartRecord): string => {
  const metric = ({ name, help }: { name: string; help: string }, type: string, value: number) =>
    `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}{service="${service}"} ${value}\n`;
  return (
    metric(START_FAILURES_METRIC, 'counter', failures) +
    metric(LAST_START_FAILURE_METRIC, 'gauge', lastFailureSeconds)
  );
};

const metricIn = (text: string, name: string): number => {
  const [, value] = new RegExp(`^${name}\\{[^}]*\\} (\\d+(?:\\.\\d+)?)$`, 'm').exec(text) ?? [];
  return Number(value ?? 0);
};

/** The record of a service; that of a service without failures if there is no directory or no file in it. */
export const readStartRecord = (directory: string | undefined, service: string): StartRecord => {
  if (!directory) return NO_FAILED_STARTS;
  try {
    const text = readFileSync(fileOf(directory, service), 'utf8');
    return {
      failures: metricIn(text, START_FAILURES_METRIC.name),
      lastFailureSeconds: metricIn(text, LAST_START_FAILURE_METRIC.name),
    };
  } catch {
    return NO_FAILED_STARTS;
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
  const { failures } = readStartRecord(directory, service);
  mkdirSync(directory, { recursive: true });
  const file = fileOf(directory, service);
  // The collector reads files ending in .prom alone.
  const aside = `${file}.${process.pid}`;
  writeFileSync(
    aside,
    render(service, { failures: failures + 1, lastFailureSeconds: Math.floor(nowMs / 1000) }),
  );
  renameSync(aside, file);
};
