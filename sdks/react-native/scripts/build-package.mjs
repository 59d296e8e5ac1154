/**
 * Makes `dist/package`: one script with the project's own packages inlined, in a form that React Native's Babel preset
 * takes as it is, and the specification of the native module. Run after `tsc -b`.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const packageOutput = join(root, 'dist', 'package');

export const buildPackage = async () => {
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
    exports: { '.': './index.js', './native-device': './specs/NativeKeylessDevice.ts' },
    codegenConfig,
  };
  await writeFile(join(packageOutput, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPackage();
