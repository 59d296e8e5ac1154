/**
 * Makes `package/`: what is published of the SDK. Plain ES modules that stand alone (the project's own packages are
 * inlined), declarations, the WebAssembly files and `integrity.json`. Run after `tsc -b`; does nothing when up to date.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { publishedReadme } from './published-readme.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const out = join(root, 'package');
const packages = join(root, '../../packages');
const vision = join(packages, 'vision-wasm/dist');
const garbling = join(packages, 'garbled-circuits-wasm/dist');
const stampFile = join(out, '.stamp');

const copies = {
  'wasm.wasm': join(vision, 'vision.wasm'),
  'wasm.data': join(vision, 'vision.data'),
  'pthreads/wasm.wasm': join(vision, 'vision-threads.wasm'),
  'garbled-circuits/wasm.wasm': join(garbling, 'web-engine.wasm'),
  LICENSE: join(root, '../../LICENSE'),
};
/** Files the page loads at run time and checks. */
const checkedFiles = [
  'wasm.js',
  'wasm.wasm',
  'wasm.data',
  'pthreads/wasm.js',
  'pthreads/wasm.wasm',
  'garbled-circuits/wasm.wasm',
];

const missing = Object.values(copies).filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(
    `sdks/web: build packages/vision-wasm and packages/garbled-circuits-wasm first; missing: ${missing.map((path) => relative(root, path)).join(', ')}`,
  );
  process.exit(1);
}

const stamp = stampOf();
if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
  process.exit(0);
}
rmSync(out, { recursive: true, force: true });
for (const [name, source] of Object.entries(copies)) {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  cpSync(source, join(out, name));
}
await bundle('worker/wasm.js', 'wasm.js', { minify: true });
await bundle('worker/pthreads/wasm.js', 'pthreads/wasm.js', { minify: true });
const runtimeIntegrity = integrityOf(checkedFiles);
const scripts = Object.fromEntries(
  ['wasm.js', 'pthreads/wasm.js'].map((name) => [name, readFileSync(join(out, name), 'utf8')]),
);
for (const entry of ['index.js', 'garbled-circuits/index.js']) {
  await bundle(entry, entry, { plugins: [withPublishedFiles()], minify: true });
}
const declarations = new Set();
copyDeclarations('index.d.ts', declarations);
copyDeclarations('garbled-circuits/index.d.ts', declarations);
writePackageJson();
writeReadme();
const published = integrityOf([...checkedFiles, 'index.js', 'garbled-circuits/index.js']);
writeFileSync(join(out, 'integrity.json'), `${JSON.stringify(published, null, 2)}\n`);
writeFileSync(stampFile, stamp);
for (const name of Object.keys(published)) {
  const bytes = readFileSync(join(out, name));
  console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzip`);
}

/** One self-contained module. Its `new URL('./x', import.meta.url)` are kept: they name files beside it. */
async function bundle(entry, name, { plugins = [], minify }) {
  const build = await rolldown({
    input: join(dist, entry),
    platform: 'browser',
    plugins,
    transform: { target: 'es2022' },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  await build.write({
    file: join(out, name),
    format: 'esm',
    codeSplitting: false,
    minify,
    sourcemap: true,
  });
  await build.close();
  // Bundlers look for these as plain literals; the minifier writes templates. No column of the source map moves.
  const code = readFileSync(join(out, name), 'utf8');
  writeFileSync(join(out, name), code.replace(/new URL\(`([^`$]+)`,/g, "new URL('$1',"));
}

/** Puts what is known only now into the modules that are empty in a development build. */
function withPublishedFiles() {
  const contents = {
    'package-integrity.js': `export const PACKAGE_INTEGRITY = ${JSON.stringify(runtimeIntegrity)};`,
    'package-scripts.js': `export const PACKAGE_SCRIPTS = ${JSON.stringify(scripts)};`,
  };
  return {
    name: 'published-files',
    transform(_code, id) {
      const code = contents[basename(id)];
      return code === undefined ? null : { code, map: null };
    },
  };
}

function integrityOf(names) {
  const hash = (name) =>
    createHash('sha384')
      .update(readFileSync(join(out, name)))
      .digest('base64');
  return Object.fromEntries(names.map((name) => [name, `sha384-${hash(name)}`]));
}

/** Copies a declaration and what it refers to. Integrators get no other package of the project, so none may occur. */
function copyDeclarations(name, seen) {
  if (seen.has(name)) {
    return;
  }
  seen.add(name);
  const text = readFileSync(join(dist, name), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n');
  for (const [, specifier] of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    if (!specifier.startsWith('.')) {
      throw new Error(`${name} refers to ${specifier}, which is not published`);
    }
    copyDeclarations(join(dirname(name), specifier.replace(/\.[jt]s$/, '.d.ts')), seen);
  }
  mkdirSync(dirname(join(out, name)), { recursive: true });
  writeFileSync(join(out, name), text.replace(/(from|import\()(\s*'\.[^']*)\.ts'/g, "$1$2.js'"));
}

function writePackageJson() {
  const { name, version, license, description } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './garbled-circuits': {
        types: './garbled-circuits/index.d.ts',
        default: './garbled-circuits/index.js',
      },
      './garbled-circuits/wasm.wasm': './garbled-circuits/wasm.wasm',
      './wasm.js': './wasm.js',
      './wasm.wasm': './wasm.wasm',
      './wasm.data': './wasm.data',
      './pthreads/wasm.js': './pthreads/wasm.js',
      './pthreads/wasm.wasm': './pthreads/wasm.wasm',
      './integrity.json': './integrity.json',
      './package.json': './package.json',
    },
  };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function writeReadme() {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const text = publishedReadme(readFileSync(join(root, 'README.md'), 'utf8'), {
    folder: 'sdks/web',
    repository,
    isPublished: (path) => existsSync(join(out, path)),
  });
  writeFileSync(join(out, 'README.md'), text);
}

/** Hash of everything that goes in. */
function stampOf() {
  const hash = createHash('sha256');
  const sources = [
    dist,
    vision,
    garbling,
    join(packages, 'garbled-circuits/dist'),
    join(packages, 'contracts/dist/ws'),
    join(packages, 'bytes/dist'),
  ];
  const files = sources.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((file) => /\.(js|d\.ts|wasm|data)$/.test(file))
      .sort()
      .map((file) => join(folder, file)),
  );
  const own = ['scripts/build-package.mjs', 'scripts/published-readme.mjs', 'package.json', 'README.md'].map(
    (name) => join(root, name),
  );
  for (const file of [...files, ...own]) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}
