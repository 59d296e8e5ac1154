/**
 * Makes `dist/package`: one script with the project's own packages inlined, in a form that React Native's Babel preset
 * takes as it is, its declarations, and the specification of the native module. Run after `tsc -b`; another folder may be
 * named as argument.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { copyTypes } from './package-types.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const defaultOutput = join(root, 'dist', 'package');

/** @param {string} packageOutput folder that is made anew */
export const buildPackage = async (packageOutput = defaultOutput) => {
  await rm(packageOutput, { recursive: true, force: true });
  await mkdir(packageOutput, { recursive: true });
  const build = await rolldown({
    input: join(root, 'dist', 'index.js'),
    platform: 'neutral',
    logLevel: 'warn',
  });
  await build.write({ file: join(packageOutput, 'index.js'), format: 'esm' });
  await build.close();
  await cp(join(root, 'specs'), join(packageOutput, 'specs'), { recursive: true });
  await cp(join(root, '..', '..', 'LICENSE'), join(packageOutput, 'LICENSE'));
  const workspaces = join(root, '..', '..');
  const types = await copyTypes({
    entry: join(root, 'dist', 'index.d.ts'),
    workspaces,
    modules: join(workspaces, 'node_modules'),
    out: join(packageOutput, 'types'),
  });
  const { name, version, license, description, codegenConfig } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const manifest = {
    name,
    version,
    license,
    description,
    type: 'module',
    main: './index.js',
    types: `./types/${types}`,
    exports: {
      '.': { types: `./types/${types}`, default: './index.js' },
      './native-device': './specs/NativeKeylessDevice.ts',
    },
    codegenConfig,
  };
  await writeFile(join(packageOutput, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPackage(process.argv[2]);
