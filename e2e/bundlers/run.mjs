/** Builds, opens, type-checks and lints what uses the web packages: `node e2e/bundlers/run.mjs`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumPath } from '@openrecognize/testing/chromium';
import { bundlers } from './build-apps.mjs';
import { openApp, startBrowser } from './open-app.mjs';
import { packages, prepareFolder, run } from './sample-folder.mjs';

const { folder, obstacle } = prepareFolder();
if (obstacle !== undefined) {
  console.log(`skipped: sample apps (${obstacle})`);
  process.exit(0);
}
let passed = 0;
let failed = 0;
const check = async (what, action) => {
  try {
    await action();
    passed += 1;
    console.log(`ok      ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${what}\n${error.message}`);
  }
};

const browser = await startBrowser();
if (!browser) console.log(`skipped: built apps are not opened (${chromiumPath} is missing)`);
const out = mkdtempSync(join(tmpdir(), 'openrecognize-apps-'));
for (const [name, build] of Object.entries(bundlers)) {
  await check(`${name}: builds, and the app works`, async () => {
    const app = await build(folder, join(out, name.replaceAll(' ', '-')));
    for (const search of browser ? ['', '?threads'] : []) {
      const result = await openApp(browser, app, search);
      if (result !== 'works') throw new Error(`${search} ${result}`);
    }
  });
}
await browser?.close();
rmSync(out, { recursive: true, force: true });

const bin = (name) => join(folder, 'node_modules/.bin', name);
await check('React: type-checks', () => run(folder, bin('tsc'), '-p', 'samples/react'));
await check('Vue: type-checks', () => run(folder, bin('vue-tsc'), '-p', 'samples/vue', '--noEmit'));
await check('Svelte: type-checks', () =>
  run(
    folder,
    bin('svelte-check'),
    '--workspace',
    'samples/svelte',
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
  ),
);
await check('Angular: type-checks', () => run(folder, bin('ngc'), '-p', 'samples/angular', '--noEmit'));

const { publint } = await import(pathToFileURL(createRequire(join(folder, 'x.js')).resolve('publint')).href);
for (const [name, pkgDir] of Object.entries(packages)) {
  await check(`${name}: publint has nothing to say`, async () => {
    const { messages } = await publint({ pkgDir, strict: true, pack: false });
    if (messages.length > 0) throw new Error(JSON.stringify(messages, null, 2));
  });
  const { exports } = JSON.parse(readFileSync(join(pkgDir, 'package.json'), 'utf8'));
  const entries = Object.keys(exports).filter((entry) => exports[entry].types);
  await check(`${name}: its types resolve for ES modules`, () =>
    run(
      folder,
      bin('attw'),
      '--pack',
      pkgDir,
      '--profile',
      'esm-only',
      '--no-emoji',
      '--entrypoints',
      ...entries,
    ),
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
