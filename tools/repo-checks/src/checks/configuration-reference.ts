import type { CheckResult, Finding, RepoCheck } from '../check.ts';
import { processesOf, readConfigSchema } from '../docs/read-config-schemas.ts';
import {
  CONFIGURATION_REFERENCE_PATH,
  renderConfigurationReference,
} from '../docs/render-configuration-reference.ts';
import type { Repository } from '../repository.ts';

/** The reference of the environment variables is what the generator makes of what the processes print. */
export const configurationReference: RepoCheck<Promise<CheckResult>> = {
  name: 'configuration reference',
  run,
};

async function run(repository: Repository): Promise<CheckResult> {
  const processes = processesOf(repository);
  const scope = `${processes.length} processes`;
  const read = await Promise.allSettled(
    processes.map((directory) => readConfigSchema(repository, directory)),
  );
  const unreadable = read.flatMap((result, index): Finding[] =>
    result.status === 'fulfilled'
      ? []
      : [
          {
            file: `${processes[index]}/src/main.ts`,
            what: 'does not print its configuration with --print-config-schema',
            mend: 'build it, and start it through startService',
          },
        ],
  );
  const schemas = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (unreadable.length > 0 || schemas.length === 0) return { scope, findings: unreadable };
  const file = CONFIGURATION_REFERENCE_PATH;
  const actual = repository.exists(file) ? repository.text(file) : undefined;
  if (actual === renderConfigurationReference(schemas)) return { scope, findings: [] };
  const what = actual === undefined ? 'is missing' : 'is not what the processes print';
  return { scope, findings: [{ file, what, mend: 'run node tools/repo-checks/dist/generate.js' }] };
}
