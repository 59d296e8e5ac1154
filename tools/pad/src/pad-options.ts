import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from './recordings.ts';

export const USAGE =
  'usage: npm run pad -- --faces DIR [--out DIR] [--people N] [--repeats N] [--seed TEXT] [--profile]';

export interface PadOptions {
  /** Folder with nuaa/ and, if there are any, lfw/ and spoof-samples/. */
  readonly facesDir: string;
  /** Where the reports go. */
  readonly outDir: string;
  /** People of lfw whose photo stands for an injected one. */
  readonly people: number;
  /** Simulated flash sessions of each sort for each recording. */
  readonly repeats: number;
  readonly seed: string;
  /** Learn the turn profile and measure nothing. */
  readonly profile: boolean;
}

const wholeNumber = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new UsageError(`--${name} is a whole number from ${least}; ${USAGE}`);
  return value;
};

/** Reads the command line; paths are relative to the given folder. @throws UsageError */
export const readPadOptions = (args: readonly string[], cwd: string): PadOptions => {
  let values: {
    faces?: string;
    out: string;
    people: string;
    repeats: string;
    seed: string;
    profile: boolean;
  };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        faces: { type: 'string' },
        out: { type: 'string', default: '.cache/pad' },
        people: { type: 'string', default: '40' },
        repeats: { type: 'string', default: '3' },
        seed: { type: 'string', default: '1' },
        profile: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; ${USAGE}`);
  }
  if (values.faces === undefined) throw new UsageError(USAGE);
  return {
    facesDir: resolve(cwd, values.faces),
    outDir: resolve(cwd, values.out),
    people: wholeNumber('people', values.people, 0),
    repeats: wholeNumber('repeats', values.repeats, 1),
    seed: values.seed,
    profile: values.profile,
  };
};
