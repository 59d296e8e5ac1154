// Compiles assembly/*.ts to dist/*.wasm, unless those files are newer than everything they are made from.
// Plain JavaScript, because it runs before anything of this package is built. Needs Node >= 22.
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = [
  { entry: 'assembly/hamming-kernel.ts', target: join(root, 'dist', 'engine.wasm') },
  { entry: 'assembly/web-engine.ts', target: join(root, 'dist', 'web-engine.wasm') },
];

/** Eight 64 KiB pages hold the fixed buffers for 4096 bits. */
const PAGES = '8';

const sources = [
  fileURLToPath(import.meta.url),
  ...readdirSync(join(root, 'assembly'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, 'assembly', name)),
];

const isCurrent = (target) =>
  existsSync(target) && sources.every((file) => statSync(file).mtimeMs < statSync(target).mtimeMs);

const compile = async ({ entry, target }) => {
  const { default: asc } = await import('assemblyscript/asc');
  const flags = [
    '-O3',
    '--converge',
    '--noAssert',
    '--enable',
    'simd',
    '--runtime',
    'stub',
    '--use',
    'abort=',
  ];
  const memory = ['--initialMemory', PAGES, '--maximumMemory', PAGES];
  let binary;
  const { error, stderr } = await asc.main([entry, '--outFile', 'module.wasm', ...flags, ...memory], {
    writeFile: (name, contents) => {
      if (name.endsWith('module.wasm')) binary = contents;
    },
  });
  if (error || !binary) throw new Error(`${error?.message ?? 'no output'}\n${stderr.toString()}`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  // Written beside and renamed, so that a reader never sees half a file.
  writeFileSync(`${target}.${process.pid}`, binary);
  renameSync(`${target}.${process.pid}`, target);
};

for (const module of modules) {
  if (isCurrent(module.target)) continue;
  process.chdir(root);
  try {
    await compile(module);
  } catch (error) {
    console.error(`build-wasm: ${module.entry} could not be compiled: ${error.message}`);
    process.exit(1);
  }
}
