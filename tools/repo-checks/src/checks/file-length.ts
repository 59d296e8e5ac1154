import type { CheckResult, RepoCheck } from '../check.ts';
import type { Repository } from '../repository.ts';

const MAX_LINES = 400;
const CODE_FILE = /\.(?:ts|tsx|mts|js|mjs|sql|css|html|sh)$/;

/** Long files that are data, each with its reason. */
const EXEMPT: readonly { readonly path: RegExp; readonly reason: string }[] = [
  { path: /^packages\/contracts\/src\/errors\/tables\//, reason: 'tables of the error catalogue' },
];

/** A file that needs more lines has more than one subject. */
export const fileLength: RepoCheck = { name: 'file length', run };

function run(repository: Repository): CheckResult {
  const files = repository.files.filter(
    (file) => CODE_FILE.test(file) && !EXEMPT.some(({ path }) => path.test(file)),
  );
  const findings = files
    .map((file) => ({ file, lines: repository.text(file).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ file, lines }) => ({
      file,
      what: `has ${lines} lines, more than ${MAX_LINES}`,
      mend: 'split it by subject',
    }));
  return { scope: `${files.length} files`, findings };
}
