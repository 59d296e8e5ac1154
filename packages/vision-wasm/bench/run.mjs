// Builds what the benchmark needs, then runs it. Plain JavaScript: it starts before anything is built.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

const run = (...args) => {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error || status !== 0) {
    console.error(`bench: ${args[0]} failed${error ? `: ${error.message}` : ''}`);
    process.exit(status ?? 1);
  }
};

run(tsc, '-b', 'packages/vision-wasm');
run('packages/vision-wasm/scripts/build-wasm.mjs');
run('packages/vision-wasm/bench/vision.bench.ts', ...process.argv.slice(2));
