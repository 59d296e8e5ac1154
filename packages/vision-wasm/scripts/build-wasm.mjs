// Compiles assembly/*.ts to dist/*.wasm and packs the detector's weights into dist/vision.data, unless those files
// are newer than everything they are made from. Plain JavaScript, because it runs before anything of this package is
// built. Needs Node >= 22.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packWeights } from './pack-weights.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** 64 KiB pages: everything the modules' fixed layouts need (`memoryEnd`). */
const PAGES = '96';

const FLAGS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--enable',
  'simd',
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--initialMemory',
  PAGES,
  '--maximumMemory',
  PAGES,
];
const THREAD_FLAGS = ['--enable', 'threads', '--sharedMemory', '--importMemory'];

const filesIn = (directory, ending) =>
  readdirSync(join(root, directory))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, directory, name));

const isCurrent = (target, sources) =>
  existsSync(target) && sources.every((file) => statSync(file).mtimeMs < statSync(target).mtimeMs);

const write = (target, contents) => {
  mkdirSync(dist, { recursive: true });
  // Written beside and renamed, so that a reader never sees half a file.
  writeFileSync(`${target}.${process.pid}`, contents);
  renameSync(`${target}.${process.pid}`, target);
};

const compile = async (entry, target, flags) => {
  const { default: asc } = await import('assemblyscript/asc');
  process.chdir(root);
  let binary;
  const { error, stderr } = await asc.main([entry, '--outFile', 'module.wasm', ...flags], {
    writeFile: (name, contents) => {
      if (name.endsWith('module.wasm')) binary = contents;
    },
  });
  if (error || !binary) throw new Error(`${error?.message ?? 'no output'}\n${stderr.toString()}`);
  write(target, binary);
};

const MODULES = [
  { entry: 'assembly/vision.ts', target: 'vision.wasm', flags: FLAGS },
  { entry: 'assembly/vision-threads.ts', target: 'vision-threads.wasm', flags: [...FLAGS, ...THREAD_FLAGS] },
];

const scripts = filesIn('scripts', '.mjs');
try {
  for (const { entry, target, flags } of MODULES) {
    if (isCurrent(join(dist, target), [...scripts, ...filesIn('assembly', '.ts')])) continue;
    await compile(entry, join(dist, target), flags);
  }
} catch (error) {
  console.error(`build-wasm: the vision module could not be compiled: ${error.message}`);
  process.exit(1);
}

const models =
  process.env.OPENRECOGNIZE_MODELS_DIR ?? fileURLToPath(new URL('../../../models', import.meta.url));
const model = join(models, 'face_detection_front_128x128_barracuda.onnx');
const data = join(dist, 'vision.data');
if (!existsSync(model)) {
  console.log(
    'build-wasm: vision.data is not made: the models are not fetched yet (npm run fetch-models -w packages/biometrics)',
  );
} else if (!isCurrent(data, [...scripts, model])) {
  try {
    write(data, packWeights(readFileSync(model)));
  } catch (error) {
    console.error(`build-wasm: ${model} could not be packed: ${error.message}`);
    process.exit(1);
  }
}
