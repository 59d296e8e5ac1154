import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { formatReport } from './report.ts';
import { type LoadPlan, runLoad } from './run-load.ts';
import { createLoadGenerator, type Target } from './simulated-user.ts';

const usage = `Measures the protocol times of a running stack with simulated users (random codes, no images).

  npm run bench:auth -- [--users 10] [--auths 30] [--concurrency 1,8] [--tenant FILE]

--tenant names the file that 'npm start' writes (address and keys); default .data/demo-tenant.json.`;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10' },
    auths: { type: 'string', default: '30' },
    concurrency: { type: 'string', default: '1,8' },
    tenant: { type: 'string', default: new URL('../../../.data/demo-tenant.json', import.meta.url).pathname },
    help: { type: 'boolean', default: false },
  },
});

const fail = (message: string, exitCode: number): never => {
  console.error(`bench:auth: ${message}`);
  process.exit(exitCode);
};

const countOf = (text: string, name: string): number => {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= 10_000
    ? value
    : fail(`--${name} takes 1 to 10000`, 2);
};

const readTarget = (file: string): Target => {
  try {
    const { coreDaemonUrl, mobileApiKey } = JSON.parse(readFileSync(file, 'utf8')) as Target;
    return { coreDaemonUrl, mobileApiKey };
  } catch {
    return fail(
      `cannot read ${file}; start the stack with 'npm start' first, or name its file with --tenant`,
      2,
    );
  }
};

const drawProgress = (label: string, total: number) => (done: number) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${label} ${done}/${total}${done === total ? '\n' : ''}`);
};

const warmUp = async (users: readonly (() => Promise<unknown>)[]): Promise<void> => {
  for (const user of users) for (let i = 0; i < 3; i++) await user();
};

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const users = countOf(values.users, 'users');
const authsPerUser = countOf(values.auths, 'auths');
const concurrencies = values.concurrency.split(',').map((text) => countOf(text, 'concurrency'));
const generator = createLoadGenerator(readTarget(values.tenant));
let failed = 0;
try {
  console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.versions.node}`);
  const enrollments = [];
  for (let i = 0; i < users; i++) enrollments.push(await generator.enroll());
  await warmUp(enrollments);
  for (const concurrency of concurrencies) {
    const plan: LoadPlan = { users, authsPerUser, concurrency };
    const progress = drawProgress(`concurrency ${concurrency}:`, users * authsPerUser);
    const result = await runLoad(plan, enrollments, progress);
    console.log(`\n${formatReport(plan, result)}`);
    failed += result.failures.size;
  }
} catch (error) {
  fail(error instanceof Error ? error.message : 'unknown failure', 1);
} finally {
  await generator.close();
}
process.exit(failed > 0 ? 1 : 0);
