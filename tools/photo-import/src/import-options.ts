import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ImportProblem } from './import-problem.ts';

export type ImportMode = 'online' | 'offline';
export type PhotoScenario = 'SELFIE' | 'DOCUMENT' | 'TRUSTED_SOURCE';

export interface ImportOptions {
  /** Base URL of the enrollment-agent. */
  readonly agentUrl: string;
  readonly photosDir: string;
  /** CSV of file and external user id. */
  readonly mappingFile: string | undefined;
  readonly outDir: string;
  /** Photos sent at a time. */
  readonly concurrency: number;
  readonly mode: ImportMode;
  readonly scenario: PhotoScenario;
}

export const usage = `usage: photo-import --agent URL --photos DIR [options]

  --agent URL        enrollment-agent, e.g. http://127.0.0.1:8081
  --photos DIR       folder with .jpg, .jpeg, .png and .bmp files, subfolders included
  --mapping CSV      columns file, externalUserId and optionally scenario
  --out DIR          journal, client states and reports; default: photo-import
  --concurrency N    photos sent at a time, 1 to 64; default: 2
  --mode MODE        online (default) or offline
  --scenario NAME    SELFIE (default), DOCUMENT or TRUSTED_SOURCE
`;

const usageProblem = (message: string) => new ImportProblem('usage', message);

export const isScenario = (text: string): text is PhotoScenario =>
  text === 'SELFIE' || text === 'DOCUMENT' || text === 'TRUSTED_SOURCE';

const agentUrlOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href.replace(/\/+$/, '');
  throw usageProblem('--agent is no http or https address');
};

const concurrencyOf = (text: string): number => {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw usageProblem('--concurrency is a number from 1 to 64');
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        agent: { type: 'string' },
        photos: { type: 'string' },
        mapping: { type: 'string' },
        out: { type: 'string', default: 'photo-import' },
        concurrency: { type: 'string', default: '2' },
        mode: { type: 'string', default: 'online' },
        scenario: { type: 'string', default: 'SELFIE' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw usageProblem((error as Error).message);
  }
};

/**
 * @returns undefined when help was asked for.
 * @throws ImportProblem usage
 */
export const readImportOptions = (args: readonly string[], workingDir: string): ImportOptions | undefined => {
  const values = parse(args);
  if (values.help) return undefined;
  const { agent, photos, mapping, mode, scenario } = values;
  if (agent === undefined) throw usageProblem('--agent is missing');
  if (photos === undefined) throw usageProblem('--photos is missing');
  if (mode !== 'online' && mode !== 'offline') throw usageProblem('--mode is online or offline');
  if (!isScenario(scenario)) throw usageProblem('--scenario is SELFIE, DOCUMENT or TRUSTED_SOURCE');
  return {
    agentUrl: agentUrlOf(agent),
    photosDir: resolve(workingDir, photos),
    mappingFile: mapping === undefined ? undefined : resolve(workingDir, mapping),
    outDir: resolve(workingDir, values.out),
    concurrency: concurrencyOf(values.concurrency),
    mode,
    scenario,
  };
};
