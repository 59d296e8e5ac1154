import type { CheckResult, Finding, RepoCheck } from '../check.ts';
import type { Repository } from '../repository.ts';

interface ForbiddenWord {
  readonly pattern: RegExp;
  readonly what: string;
  readonly mend: string;
}

/** Spelled in pieces, so that this file does not contain what it looks for. */
const word = (...pieces: readonly string[]) => pieces.join('');

const FORBIDDEN: readonly ForbiddenWord[] = [
  {
    pattern: new RegExp(word('(?<![\\w.-])/', 'wor', 'k/|/tm', 'p/bri', 'efs|/ro', 'ot/')),
    what: 'names a path of one machine',
    mend: 'use a path relative to the repository',
  },
  {
    pattern: new RegExp(word('\\b(?:TO', 'DO|FIX', 'ME|HA', 'CK|XX', 'X)\\b')),
    what: 'has a leftover marker',
    mend: 'do it, or describe the limit in plain words',
  },
  {
    pattern: new RegExp(word('^(?:<<', '<<<<<|>>', '>>>>>) ')),
    what: 'has a merge conflict',
    mend: 'resolve it',
  },
];

/** Generated, and full of names that are not ours. */
const EXEMPT: readonly RegExp[] = [/^package-lock\.json$/];

/** No leftovers and no traces of the machine the work was done on. */
export const forbiddenWords: RepoCheck = { name: 'forbidden words', run };

function run(repository: Repository): CheckResult {
  const files = repository.files.filter((file) => !EXEMPT.some((pattern) => pattern.test(file)));
  return { scope: `${files.length} files`, findings: files.flatMap((file) => findingsIn(repository, file)) };
}

function findingsIn(repository: Repository, file: string): readonly Finding[] {
  const text = repository.text(file);
  if (text.includes('\0')) return []; // binary
  return FORBIDDEN.flatMap(({ pattern, what, mend }) =>
    text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [{ file: `${file}:${index + 1}`, what, mend }] : [])),
  );
}
