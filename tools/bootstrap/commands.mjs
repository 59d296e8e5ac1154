// The project's commands, run by bootstrap.mjs under the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const built = (path) => join(root, path);

/** Runs to the end; signals go to the child, whose exit code becomes ours. */
const run = (file, args, cwd = root) =>
  new Promise((resolve) => {
    const child = spawn(file, args, { cwd, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    // Ctrl-C reaches the child through the terminal's process group as well.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', forward);
    child.on('error', (error) => {
      console.error(`openrecognize: ${file} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', forward);
      resolve(code ?? 128 + (constants.signals[signal] ?? 1));
    });
  });

const step = async (title, file, args) => {
  if (title) console.log(`openrecognize: ${title}`);
  const code = await run(file, args);
  if (code !== 0) process.exit(code);
};
const node = (path, ...args) => [process.execPath, [built(path), ...args]];

/** Each script looks at its sources first and is quick when nothing changed. */
const builders = [
  'packages/garbled-circuits-wasm/scripts/build-wasm.mjs',
  // The face detector of browsers is made from the models.
  'packages/biometrics/dist/bin/fetch-models.js',
  'packages/vision-wasm/scripts/build-wasm.mjs',
  'sdks/web/scripts/build-package.mjs',
  'sdks/web-components/scripts/build-package.mjs',
];
const build = async () => {
  await step('building', bin('tsc'), ['-b']);
  for (const builder of builders) await step('', ...node(builder));
};
/** The formatter's own binary: its umbrella package asks for platforms that not every registry holds. */
const biome = built(`node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`);
const lint = async (...args) => {
  if (existsSync(biome)) await step('checking format and lint', biome, ['check', ...args, '.']);
  else console.log(`skipped: format and lint (no Biome for ${process.platform}-${process.arch})`);
};
const check = async () => {
  await lint('--error-on-warnings');
  await step('checking the types of the tests', bin('tsc'), ['-p', 'tsconfig.tests.json']);
  await step('checking the repository', ...node('tools/repo-checks/dist/main.js'));
};
const program = async (path, args) =>
  process.exit(await run(...node(path, ...args), process.env.INIT_CWD ?? process.cwd()));

const [command, ...rest] = process.argv.slice(2);
const commands = {
  build,
  check: async () => {
    await build();
    await check();
  },
  start: async () => {
    await build();
    await program('tools/all-in-one/dist/main.js', rest);
  },
  test: async () => {
    await build();
    await check();
    process.exit(await run(bin('vitest'), ['run', ...rest]));
  },
  format: () => lint('--write'),
  recognize: async () => {
    if (!existsSync(built('tools/cli/dist/main.js'))) await build();
    await program('tools/cli/dist/main.js', rest);
  },
  accuracy: async () => {
    await build();
    await program('tools/accuracy/dist/main.js', rest);
  },
  'photo-import': async () => {
    await build();
    await program('tools/photo-import/dist/main.js', rest);
  },
  pad: async () => {
    await build();
    await program('tools/pad/dist/main.js', rest);
  },
  cct: async () => {
    if (!existsSync(built('tools/cct/dist/main.js'))) await build();
    await program('tools/cct/dist/main.js', rest);
  },
  'bench:auth': async () => {
    await build();
    await program('tools/load-bench/dist/main.js', rest);
  },
};
if (!commands[command]) {
  console.error(`openrecognize: unknown command; one of ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
await commands[command]();
