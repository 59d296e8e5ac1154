import type { CheckResult, RepoCheck } from '../check.ts';
import type { Repository } from '../repository.ts';

/** Workspaces that need no test file, each with its reason. */
const EXCUSED: Readonly<Record<string, string>> = {};

/** Every workspace has at least one test that the runner finds. */
export const workspaceTests: RepoCheck = { name: 'workspaces tested', run };

function run(repository: Repository): CheckResult {
  const findings = repository.workspaces
    .map(({ directory }) => directory)
    .filter((directory) => !Object.hasOwn(EXCUSED, directory))
    .filter((directory) => {
      const isTest = (file: string) =>
        file.endsWith('.test.ts') &&
        (file.startsWith(`${directory}/src/`) || file.startsWith(`${directory}/test/`));
      return !repository.files.some(isTest);
    })
    .map((directory) => ({
      file: directory,
      what: 'has no test file',
      mend: 'add src/*.test.ts or test/*.test.ts',
    }));
  return { scope: `${repository.workspaces.length} workspaces`, findings };
}
