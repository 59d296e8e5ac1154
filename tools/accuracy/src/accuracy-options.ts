import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ManifestName } from '@openrecognize/biometrics';
import { UsageError } from './faces-folder.ts';

export const USAGE =
  'usage: npm run accuracy -- --faces DIR [--manifest default|clean] [--out DIR] [--people N] [--seed TEXT] [--max-eer PERCENT]';

export interface AccuracyOptions {
  /** Folder with lfw/, and if present quality/ and nuaa/. */
  readonly facesDir: string;
  readonly manifest: ManifestName;
  /** Where the report and the plots go. */
  readonly outDir: string;
  /** People of lfw at most. */
  readonly people: number;
  /** Decides the drawn pairs and people. */
  readonly seed: string;
  /** Largest equal error rate of the code that passes, 0 to 1; 1 by default. */
  readonly maxEqualError: number;
}

const isManifestName = (value: string): value is ManifestName => value === 'default' || value === 'clean';

/** Reads the command line; paths are relative to the given folder. @throws UsageError */
export const readAccuracyOptions = (args: readonly string[], cwd: string): AccuracyOptions => {
  let values: {
    faces?: string;
    manifest: string;
    out: string;
    people?: string;
    seed: string;
    'max-eer': string;
  };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        faces: { type: 'string' },
        manifest: { type: 'string', default: 'default' },
        out: { type: 'string', default: '.cache/accuracy' },
        people: { type: 'string' },
        seed: { type: 'string', default: '1' },
        'max-eer': { type: 'string', default: '100' },
      },
    }));
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; ${USAGE}`);
  }
  if (values.faces === undefined) throw new UsageError(USAGE);
  if (!isManifestName(values.manifest)) throw new UsageError(`--manifest is default or clean; ${USAGE}`);
  const people = values.people === undefined ? Number.MAX_SAFE_INTEGER : Number(values.people);
  if (!Number.isInteger(people) || people < 2) throw new UsageError(`--people is a number from 2; ${USAGE}`);
  const maxEqualError = Number(values['max-eer']) / 100;
  if (!(maxEqualError >= 0 && maxEqualError <= 1))
    throw new UsageError(`--max-eer is a percentage; ${USAGE}`);
  return {
    facesDir: resolve(cwd, values.faces),
    manifest: values.manifest,
    outDir: resolve(cwd, values.out),
    people,
    seed: values.seed,
    maxEqualError,
  };
};
