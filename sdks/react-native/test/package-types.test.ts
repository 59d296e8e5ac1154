import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const compiler = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));
const builder = fileURLToPath(new URL('../scripts/build-package.mjs', import.meta.url));
let app: string;
let published: string;

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'keyless-app-'));
  published = join(app, 'node_modules', '@keyless', 'sdk-react-native');
  await mkdir(published, { recursive: true });
  await promisify(execFile)(process.execPath, [builder, published]);
});
afterAll(() => rm(app, { recursive: true, force: true }));

/** An app that has the published package and nothing else of the project. */
const compile = async (source: string, moduleResolution: 'bundler' | 'nodenext'): Promise<string> => {
  await writeFile(join(app, 'package.json'), '{ "type": "module" }');
  await writeFile(join(app, 'app.ts'), source);
  const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
  const compilerOptions = {
    module,
    moduleResolution,
    strict: true,
    noEmit: true,
    types: [],
    lib: ['es2023'],
  };
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
  return new Promise((resolve) => {
    execFile(compiler, ['-p', app, '--skipLibCheck', 'false'], (_error, stdout) => resolve(stdout));
  });
};

const usage = `
import {
  BiomAuthConfig, BiomEnrollConfig, Keyless, type KeylessDeviceModule, KeylessSdkError, loginHintOf,
} from '@keyless/sdk-react-native';

declare const device: KeylessDeviceModule;
Keyless.initialize({ device });
export const enroll = async (iamToken: string): Promise<string> => {
  const config = new BiomEnrollConfig({ iamToken, customSecret: 's', temporaryState: '{}', presentation: 'OVERLAY' });
  const hint = (await Keyless.enroll(config)).fold({
    onSuccess: ({ keylessId }): string => loginHintOf({ operationId: 'o', keylessId }),
    onFailure: (failure: KeylessSdkError): string => failure.nextStep,
  });
  // @ts-expect-error there is no such level
  new BiomAuthConfig({ livenessConfiguration: 'LEVEL_9' });
  // @ts-expect-error a code is a number
  const code: string = new KeylessSdkError({} as never).code;
  return hint + code;
};
`;

it.each(['bundler', 'nodenext'] as const)(
  'the published package has types that stand alone, for %s',
  async (moduleResolution) => {
    expect(await compile(usage, moduleResolution)).toBe('');
  },
);

it('the published package names every file it refers to', async () => {
  const manifest = JSON.parse(await readFile(join(published, 'package.json'), 'utf8'));
  const files = (await readdir(published, { recursive: true })).map((path) => `./${path}`);
  const { types, default: script } = manifest.exports['.'];
  expect(manifest.types).toBe(types);
  expect(files).toEqual(expect.arrayContaining([types, script, manifest.exports['./native-device']]));
});
