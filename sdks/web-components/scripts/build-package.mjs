/**
 * Makes `package/`: what is published. `index.js` and the deep imports keep the bare imports `lit` and
 * `@keyless/sdk-web`; `bundle.js` needs nothing else, for a plain script tag, with the WebAssembly files beside it.
 * Run after `tsc -b` and after the package of `sdks/web`; does nothing when up to date.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { publishedReadme } from '../../web/scripts/published-readme.mjs';
import { customElementsManifest } from '../dist/elements/recognition/custom-elements-manifest.js';
import { ELEMENTS } from '../dist/elements/recognition/element-reference.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const out = join(root, 'package');
const headless = join(root, '../web/package');
const stampFile = join(out, '.stamp');
const EXTERNAL = [/^lit(\/|$)/, /^@keyless\/sdk-web(\/|$)/];
/** Files that the headless SDK loads from beside the module it is in. */
const RUNTIME_FILES = ['wasm.js', 'wasm.wasm', 'wasm.data', 'pthreads/wasm.js', 'pthreads/wasm.wasm'];

if (!existsSync(join(headless, 'index.js'))) {
  console.error('sdks/web-components: build the package of sdks/web first');
  process.exit(1);
}
const stamp = stampOf();
if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) process.exit(0);

rmSync(out, { recursive: true, force: true });
const modules = Object.fromEntries(
  ELEMENTS.map(({ tag, module }) => [module, join(dist, `define/${tag.slice('kl-'.length)}-element.js`)]),
);
await bundle(
  { index: join(dist, 'index.js'), ...modules },
  { external: EXTERNAL },
  { dir: out, entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', minify: false },
);
await bundle(
  join(dist, 'index.js'),
  { resolve: { alias: { '@keyless/sdk-web': join(headless, 'index.js') } } },
  { file: join(out, 'bundle.js'), codeSplitting: false, minify: true },
);
// Bundlers and servers look for these as plain literals; the minifier writes templates.
const code = readFileSync(join(out, 'bundle.js'), 'utf8');
writeFileSync(join(out, 'bundle.js'), code.replace(/new URL\(`([^`$]+)`,/g, "new URL('$1',"));
for (const name of RUNTIME_FILES) copy(join(headless, name), name);
copy(join(root, '../../LICENSE'), 'LICENSE');
copyDeclarations();
writeJson('custom-elements.json', customElementsManifest());
writeJson('package.json', packageManifest());
writeReadme();
writeJson('integrity.json', integrityOf(['index.js', 'bundle.js', ...RUNTIME_FILES]));
writeFileSync(stampFile, stamp);
for (const name of ['index.js', 'bundle.js']) {
  const bytes = readFileSync(join(out, name));
  console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzip`);
}

async function bundle(input, options, output) {
  const build = await rolldown({
    input,
    platform: 'browser',
    transform: { target: 'es2022' },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
    ...options,
  });
  await build.write({ format: 'esm', sourcemap: true, ...output });
  await build.close();
}

function copy(source, name) {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  cpSync(source, join(out, name));
}

/** Declarations keep their folders below `types/`; they may refer to `lit` and the headless SDK, to nothing else. */
function copyDeclarations() {
  const names = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.d.ts'));
  for (const name of names) {
    const text = readFileSync(join(dist, name), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n');
    for (const [, specifier] of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
      if (!specifier.startsWith('.') && !EXTERNAL.some((pattern) => pattern.test(specifier))) {
        throw new Error(`${name} refers to ${specifier}, which is not published`);
      }
    }
    mkdirSync(dirname(join(out, 'types', name)), { recursive: true });
    const rewritten = text.replace(/((?:from|import\(|import)\s*'\.[^']*)\.ts'/g, "$1.js'");
    writeFileSync(join(out, 'types', name), rewritten);
  }
}

function packageManifest() {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const deep = Object.fromEntries(
    ELEMENTS.flatMap(({ tag, module }) => {
      const types = `./types/define/${tag.slice('kl-'.length)}-element.d.ts`;
      const target = { types, default: `./${module}.js` };
      return [
        [`./${module}`, target],
        [`./${module}.js`, target],
      ];
    }),
  );
  return {
    name: own.name,
    version: own.version,
    description: own.description,
    license: own.license,
    type: 'module',
    customElements: 'custom-elements.json',
    sideEffects: ['./index.js', './bundle.js', './elements/**/*.js', './chunks/*.js'],
    exports: {
      '.': { types: './types/index.d.ts', default: './index.js' },
      './index.js': { types: './types/index.d.ts', default: './index.js' },
      ...deep,
      './bundle.js': { types: './types/index.d.ts', default: './bundle.js' },
      './custom-elements.json': './custom-elements.json',
      './integrity.json': './integrity.json',
      './package.json': './package.json',
    },
    dependencies: { '@keyless/sdk-web': own.version, lit: own.dependencies.lit },
  };
}

function writeReadme() {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const text = publishedReadme(readFileSync(join(root, 'README.md'), 'utf8'), {
    folder: 'sdks/web-components',
    repository,
    isPublished: (path) => existsSync(join(out, path)),
  });
  writeFileSync(join(out, 'README.md'), text);
}

function writeJson(name, content) {
  writeFileSync(join(out, name), `${JSON.stringify(content, null, 2)}\n`);
}

function integrityOf(names) {
  const hash = (name) =>
    createHash('sha384')
      .update(readFileSync(join(out, name)))
      .digest('base64');
  return Object.fromEntries(names.map((name) => [name, `sha384-${hash(name)}`]));
}

/** Hash of everything that goes in. */
function stampOf() {
  const hash = createHash('sha256');
  const built = readdirSync(dist, { recursive: true })
    .filter((name) => /\.(js|d\.ts)$/.test(name))
    .sort()
    .map((name) => join(dist, name));
  const others = [
    fileURLToPath(import.meta.url),
    join(root, '../web/scripts/published-readme.mjs'),
    join(root, 'package.json'),
    join(root, 'README.md'),
    join(headless, 'integrity.json'),
  ];
  for (const file of [...built, ...others]) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}
