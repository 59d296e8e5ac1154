import { readFile, stat } from 'node:fs/promises';

/** One line of a service's log, as far as tests look at it. */
export interface LoggedLine {
  readonly level: string;
  readonly msg: string;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

const parse = (line: string): LoggedLine[] => {
  try {
    return [JSON.parse(line) as LoggedLine];
  } catch {
    // The last line may still be on its way; Node's own complaints are no JSON.
    return [];
  }
};

/** The log of a service from now on. The supervisor keeps one file over restarts of the process. */
export const followLog = async (path: string): Promise<() => Promise<readonly LoggedLine[]>> => {
  const { size } = await stat(path);
  return async () => {
    const content = await readFile(path);
    return content.subarray(size).toString('utf8').split('\n').flatMap(parse);
  };
};
