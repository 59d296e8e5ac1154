import { locateDataDir } from './data-dir.ts';
import { readPorts } from './ports.ts';
import { printProgress } from './progress-printer.ts';
import { createStack, type Stack } from './stack.ts';
import { firstOperator, portDefaults } from './stack-plan.ts';
import { StartupError } from './startup-error.ts';
import { stopOnSignals } from './supervisor.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const summary = (stack: Stack, dataDir: string, startMs: number): string => `
OpenRecognize is ready after ${((performance.now() - startMs) / 1_000).toFixed(1)} s.

  demo page                ${stack.urlOf('demo')}
  admin dashboard          ${stack.urlOf('admin-dashboard')}    (${firstOperator}, password in
                           ${stack.secrets.operatorPasswordFile})
  device protocol          ${stack.tenant.coreDaemonUrl}/v1    (API: /docs)
  server API               ${stack.tenant.operationsUrl}/v2    (API: /docs)
  authentication-service   ${stack.tenant.authenticationServiceUrl}
  enrollment-agent         ${stack.tenant.agentUrl}
  keys of the demo tenant  ${stack.tenantFile}
  data and logs            ${dataDir}

  npm run recognize -- enroll NAME photo.jpg

Ctrl-C stops everything and keeps the data.`;

const startMs = performance.now();
try {
  const dataDir = locateDataDir(process.env, process.env['INIT_CWD'] ?? process.cwd());
  const modelsDir = process.env['OPENRECOGNIZE_MODELS_DIR'];
  const stack = createStack({
    dataDir,
    ports: readPorts(portDefaults, process.env),
    ...(modelsDir ? { shared: { OPENRECOGNIZE_MODELS_DIR: modelsDir } } : {}),
    onEvent: printProgress(print),
  });
  stopOnSignals(async () => {
    print('\nopenrecognize: stopping');
    await stack.stop();
  });
  print('openrecognize: starting');
  try {
    print(summary(await stack.start(), dataDir, startMs));
  } catch (error) {
    await stack.stop();
    throw error;
  }
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(`openrecognize: ${error.message}`);
  process.exit(1);
}
