import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkInstallation } from './check-installation.ts';
import { formatReport, formatStep } from './report.ts';
import { readSettings, SettingsError } from './settings.ts';

const usage = `Checks an installation: enrolls and authenticates a user with a random code, then removes it.

  HOST=https://core.example.com APIKEY=<mobile API key> cct

HOST        address of the core-daemon
APIKEY      mobile API key of the tenant the check runs in
FULL_LOG    1: a line for each call as well
OPERATIONS_URL, CUSTOMER                          also verifies the JWT
AUTHENTICATION_SERVICE_URL, ENROLLMENT_AGENT_URL  also asks these whether they are ready

Without HOST the stack of 'npm start' is checked. Exit code 0: all passed, 1: a step failed, 2: not told enough.`;

if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
  console.log(usage);
  process.exit(0);
}
try {
  const dataDir =
    process.env['OPENRECOGNIZE_DATA_DIR'] || fileURLToPath(new URL('../../../.data', import.meta.url));
  const tenantFile = resolve(process.env['INIT_CWD'] ?? '.', dataDir, 'demo-tenant.json');
  const settings = readSettings(process.env, tenantFile);
  console.log(`Checking ${settings.coreDaemonUrl}`);
  const report = await checkInstallation({
    settings,
    onStep: (step) => console.log(formatStep(step)),
    ...(settings.fullLog
      ? {
          onCall: (path, durationMs, outcome) =>
            console.log(`     ${outcome.padEnd(4)} ${durationMs.toFixed(1).padStart(8)} ms  ${path}`),
        }
      : {}),
  });
  console.log(formatReport(report));
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(`cct: ${error.message}`);
  process.exitCode = 2;
}
