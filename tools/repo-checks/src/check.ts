import type { Repository } from './repository.ts';

/** One fault: where it is, what is wrong, how to mend it. */
export interface Finding {
  /** Path relative to the root of the repository. */
  readonly file: string;
  readonly what: string;
  readonly mend: string;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  /** What was looked at, for the line of the check, e.g. `312 modules`. */
  readonly scope: string;
}

/** A rule about the repository as a whole. Reads files, changes nothing. */
export interface RepoCheck<Result extends CheckResult | Promise<CheckResult> = CheckResult> {
  readonly name: string;
  readonly run: (repository: Repository) => Result;
}
