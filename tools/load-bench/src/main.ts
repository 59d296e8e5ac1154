import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecognizeError } from '@openrecognize/contracts';
import { formatHtmlReport } from './html-report.ts';
import { formatReport, isSound } from './report.ts';
import { runBench } from './run-bench.ts';
import { readSettings, SettingsError, usage } from './settings.ts';

const BAR_WIDTH = 30;

/** A bar on a terminal, nothing in a pipe. */
const drawProgress = (label: string, done: number, total: number): void => {
  if (!process.stderr.isTTY) return;
  const filled = Math.round((done / total) * BAR_WIDTH);
  const bar = '#'.repeat(filled).padEnd(BAR_WIDTH, '.');
  process.stderr.write(`\r${label.padEnd(15)} [${bar}] ${done}/${total}${done === total ? '\n' : ''}`);
};

const fail = (error: unknown): number => {
  const isExpected = error instanceof SettingsError || isRecognizeError(error);
  console.error(`bench:auth: ${isExpected ? error.message : ((error as Error).stack ?? error)}`);
  return error instanceof SettingsError ? 2 : 1;
};

try {
  const dataDir =
    process.env['OPENRECOGNIZE_DATA_DIR'] || fileURLToPath(new URL('../../../.data', import.meta.url));
  const tenantFile = resolve(process.env['INIT_CWD'] ?? '.', dataDir, 'demo-tenant.json');
  const settings = readSettings(process.argv.slice(2), tenantFile);
  if (settings === null) console.log(usage);
  else {
    const reports = await runBench(settings, drawProgress);
    console.log(reports[0]?.machine);
    for (const report of reports) console.log(`\n${formatReport(report)}`);
    if (settings.jsonFile) writeFileSync(settings.jsonFile, `${JSON.stringify(reports, null, 1)}\n`);
    if (settings.htmlFile) writeFileSync(settings.htmlFile, formatHtmlReport(reports));
    process.exitCode = reports.every(isSound) ? 0 : 1;
  }
} catch (error) {
  process.exitCode = fail(error);
}
