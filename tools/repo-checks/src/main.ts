import { join } from 'node:path';
import type { Finding } from './check.ts';
import { ALL_CHECKS } from './checks/index.ts';
import { openRepository } from './repository.ts';

/** Built to `tools/repo-checks/dist`, three levels below the root, whatever the working directory. */
const repository = openRepository(join(import.meta.dirname, '..', '..', '..'));

const results: (readonly Finding[])[] = [];
for (const check of ALL_CHECKS) {
  const startedAtMs = performance.now();
  const { findings, scope } = await check.run(repository);
  const tookMs = Math.round(performance.now() - startedAtMs);
  const verdict = findings.length === 0 ? 'ok  ' : 'FAIL';
  const count = findings.length === 0 ? '' : `, ${findings.length} to mend`;
  console.log(`${verdict} ${check.name} (${scope}, ${tookMs} ms)${count}`);
  results.push(findings);
}

for (const { file, what, mend } of results.flat()) console.error(`${file}: ${what}: ${mend}`);
process.exitCode = results.every((findings) => findings.length === 0) ? 0 : 1;
