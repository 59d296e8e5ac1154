import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Patience } from './enroll-patiently.ts';
import { openImportJournal } from './import-journal.ts';
import { type ImportOptions, readImportOptions, usage } from './import-options.ts';
import { importPhotos } from './import-photos.ts';
import { ImportProblem } from './import-problem.ts';
import { type ImportSummary, renderCsvReport, renderHtmlReport, summarize } from './import-report.ts';
import { createPhotoAgent, type PhotoAgent } from './photo-agent.ts';
import { listPhotos } from './photo-list.ts';
import { createProgressBar, type TextSink } from './progress-bar.ts';
import { takeRunLock } from './run-lock.ts';
import { createStateFiles } from './state-files.ts';

export interface PhotoImportContext {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly workingDir: string;
  /** Becomes aborted when the person at the terminal wants an end. */
  readonly signal: AbortSignal;
  /** Retry rules other than the usual ones. */
  readonly patience?: Partial<Omit<Patience, 'isStopped'>>;
}

/** Of the process: all enrolled, a fault of the set-up, wrong usage, some photos not enrolled, interrupted. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, incomplete: 3, interrupted: 130 } as const;

const photoTimeoutMs = 60_000;

const waitOrStop =
  (signal: AbortSignal) =>
  (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      signal.addEventListener('abort', end);
    });

const writeWhole = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
};

const run = async (
  options: ImportOptions,
  agent: PhotoAgent,
  context: PhotoImportContext,
): Promise<ImportSummary> => {
  const { outDir, concurrency } = options;
  const { signal, stderr } = context;
  const photos = listPhotos(options);
  await agent.check();
  mkdirSync(outDir, { recursive: true, mode: 0o700 });
  const release = takeRunLock(join(outDir, 'lock'));
  const journal = openImportJournal(join(outDir, `journal-${options.mode}.jsonl`));
  try {
    const states = createStateFiles(join(outDir, `states-${options.mode}`));
    const bar = createProgressBar(stderr, photos.length);
    const patience: Patience = {
      maxAttempts: 10,
      firstDelayMs: 500,
      maxDelayMs: 30_000,
      wait: waitOrStop(signal),
      random: Math.random,
      ...context.patience,
      isStopped: () => signal.aborted,
    };
    const onSettled = bar.settled;
    try {
      await importPhotos({ photos, agent, journal, states, concurrency, patience, onSettled });
    } finally {
      bar.done();
      // Also after a fault: what is done is reported.
      const listed = new Map(photos.map(({ file }) => [file, true]));
      const entries = [...journal.entries.values()]
        .filter(({ file }) => listed.has(file))
        .sort((a, b) => (a.file < b.file ? -1 : 1));
      writeWhole(join(outDir, 'report.csv'), renderCsvReport(entries));
      writeWhole(join(outDir, 'report.html'), renderHtmlReport(entries, photos.length));
    }
    const settled = photos.flatMap(({ file }) => journal.entries.get(file) ?? []);
    return summarize(settled, photos.length);
  } finally {
    journal.close();
    release();
  }
};

const reasonOf = (error: unknown): string => {
  if (error instanceof ImportProblem) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  return code === undefined ? String(error) : `${code}${path === undefined ? '' : ` at ${path}`}`;
};

/** The command: reads arguments, imports, reports. @returns the exit code. */
export const runPhotoImport = async (
  args: readonly string[],
  context: PhotoImportContext,
): Promise<number> => {
  const { stdout, stderr, workingDir, signal } = context;
  try {
    const options = readImportOptions(args, workingDir);
    if (!options) {
      stdout.write(usage);
      return exitCodes.ok;
    }
    const agent = createPhotoAgent(options.agentUrl, options.mode, photoTimeoutMs);
    const { total, enrolled, refused, failed, left } = await run(options, agent, context);
    stdout.write(
      `${total} photos: ${enrolled} enrolled, ${refused} refused, ${failed} failed, ${left} not looked at\n` +
        `reports: ${join(options.outDir, 'report.csv')}, ${join(options.outDir, 'report.html')}\n`,
    );
    if (signal.aborted) return exitCodes.interrupted;
    return enrolled === total ? exitCodes.ok : exitCodes.incomplete;
  } catch (error) {
    stderr.write(`photo-import: ${reasonOf(error)}\n`);
    if (!(error instanceof ImportProblem) || error.kind === 'environment') return exitCodes.failure;
    stderr.write(`\n${usage}`);
    return exitCodes.usage;
  }
};
