// Proof that the built SDK is fit for React Native: Metro bundles it, Hermes compiles it to bytecode, and the bundle
// runs in a bare context without WebAssembly, TextDecoder or anything of Node. Prints sizes; one `skipped:` line when
// the tools can't be installed. Usage: node sdks/react-native/scripts/bundle-check.mjs
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage, defaultOutput } from './build-package.mjs';
import { runBundle } from './run-bundle.mjs';

const run = promisify(execFile);
const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
const rootFolder = join(packageFolder, '..', '..');
const cache = join(rootFolder, '.cache', 'react-native-bundle-check');
const installTimeoutMs = 300_000;

const fileText = (path) => readFile(path, 'utf8').catch(() => undefined);

/** The pinned tools, in a folder outside the workspaces; kept until the lock file changes. */
const installTools = async () => {
  const lock = await readFile(join(packageFolder, 'bundle-check', 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const marker = join(cache, 'installed');
  if ((await fileText(marker)) === wanted) return;
  await rm(cache, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(join(packageFolder, 'bundle-check', name), join(cache, name));
  }
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', options, { cwd: cache, timeout: installTimeoutMs, maxBuffer: 2 ** 26 });
  await writeFile(marker, wanted);
};

/** The package as it is published, where an app has it. */
const installSdk = async () => {
  await buildPackage();
  const target = join(cache, 'node_modules', '@keyless', 'sdk-react-native');
  await rm(target, { recursive: true, force: true });
  await cp(defaultOutput, target, { recursive: true });
};

const entries = {
  /** An app with the native module of the code generator's specification. */
  app: `
    import NativeKeylessDevice from '@keyless/sdk-react-native/native-device';
    import { Keyless } from '@keyless/sdk-react-native';
    Keyless.initialize({ device: NativeKeylessDevice });
  `,
  /** The SDK alone, over a module that the host of the bundle gives. */
  core: `
    import * as sdk from '@keyless/sdk-react-native';
    globalThis.sdk = sdk;
  `,
};

const bundle = async (name) => {
  const require = createRequire(join(cache, 'package.json'));
  const { getDefaultConfig, mergeConfig } = require('@react-native/metro-config');
  const { runBuild } = require('metro');
  const entry = join(cache, `${name}.js`);
  await writeFile(entry, entries[name]);
  const defaults = getDefaultConfig(cache);
  const isCore = name === 'core';
  const config = mergeConfig(defaults, {
    projectRoot: cache,
    watchFolders: [cache],
    maxWorkers: 2,
    resetCache: true,
    reporter: { update: () => {} },
    serializer: isCore ? { getModulesRunBeforeMainModule: () => [] } : {},
  });
  const out = join(cache, `${name}.bundle.js`);
  await runBuild(config, { entry, out, platform: 'android', dev: false, minify: true });
  return out;
};

const hermesCompiler = () => {
  const folder = { linux: 'linux64-bin', darwin: 'osx-bin', win32: 'win64-bin' }[process.platform];
  return join(cache, 'node_modules', 'hermes-compiler', 'hermesc', folder ?? 'linux64-bin', 'hermesc');
};

const compile = async (source) => {
  const out = source.replace(/\.js$/, '.hbc');
  await run(hermesCompiler(), ['-emit-binary', '-O', '-w', '-out', out, source], { maxBuffer: 2 ** 26 });
  return out;
};

const kilobytes = async (path) => `${Math.round((await stat(path)).size / 1000)} kB`;

const check = async () => {
  await installSdk();
  for (const name of Object.keys(entries)) {
    const script = await bundle(name);
    const bytecode = await compile(script);
    console.log(
      `react-native ${name}: bundle ${await kilobytes(script)}, Hermes bytecode ${await kilobytes(bytecode)}`,
    );
  }
  const facts = await runBundle(await readFile(join(cache, 'core.bundle.js'), 'utf8'), rootFolder);
  console.log(`react-native core in a bare context: ${facts}`);
};

const main = async () => {
  try {
    await installTools();
  } catch (error) {
    const reason = String(error.stderr || error.message)
      .trim()
      .split('\n')[0];
    console.log(`skipped: React Native bundle check (its tools can't be installed: ${reason})`);
    return;
  }
  await check();
};

// Metro leaves timers behind.
main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
