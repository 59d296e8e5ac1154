import type { CheckResult, RepoCheck } from '../check.ts';
import { ERROR_REFERENCE_PATH, renderErrorReference } from '../docs/render-error-reference.ts';
import type { Repository } from '../repository.ts';

/** The error reference in the docs is what the generator makes of the catalogue. */
export const errorReference: RepoCheck = { name: 'error reference', run };

function run(repository: Repository): CheckResult {
  const expected = renderErrorReference();
  const actual = repository.exists(ERROR_REFERENCE_PATH) ? repository.text(ERROR_REFERENCE_PATH) : undefined;
  const scope = `${expected.split('\n').filter((line) => line.startsWith('| `')).length} rows`;
  if (actual === expected) return { scope, findings: [] };
  const mend = 'run node tools/repo-checks/dist/generate.js';
  if (actual === undefined)
    return { scope, findings: [{ file: ERROR_REFERENCE_PATH, what: 'is missing', mend }] };
  const [before, after] = [actual.split('\n'), expected.split('\n')];
  const line = after.findIndex((text, index) => text !== before[index]);
  return {
    scope,
    findings: [
      {
        file: ERROR_REFERENCE_PATH,
        what: `differs from the catalogue at line ${(line < 0 ? after.length : line) + 1}`,
        mend,
      },
    ],
  };
}
