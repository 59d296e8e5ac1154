// Compiles assembly/*.ts to dist/engine.wasm, unless that file is newer than everything it is made from.
// Plain JavaScript, because it runs before anything of this package is built. Needs Node >= 22.
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = 'assembly/hamming-kernel.ts';
const target = join(root, 'dist', 'engine.wasm');

/** Eight 64 KiB pages hold the kernel's fixed buffers for 4096 bits. */
const PAGES = '8';

const sources = [
  fileURLToPath(import.meta.url),
  ...readdirSync(join(root, 'assembly'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, 'assembly', name)),
];

const isCurrent = () =>
  existsSync(target) && sources.every((file) => statSync(file).mtimeMs < statSync(target).mtimeMs);

const compile = async () => {
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
  const { error, stderr } = await asc.main([entry, '--outFile', 'engine.wasm', ...flags, ...memory], {
    writeFile: (name, contents) => {
      if (name.endsWith('engine.wasm')) binary = contents;
    },
  });
  if (error || !binary) throw new Error(`${error?.message ?? 'no output'}\n${stderr.toString()}`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  // Written beside and renamed, so that a reader never sees half a file.
  writeFileSync(`${target}.${process.pid}`, binary);
  renameSync(`${target}.${process.pid}`, target);
};

if (!isCurrent()) {
  process.chdir(root);
  try {
    await compile();
  } catch (error) {
    console.error(`build-wasm: ${entry} could not be compiled: ${error.message}`);
    process.exit(1);
  }
}
