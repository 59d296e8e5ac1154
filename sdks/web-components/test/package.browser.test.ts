import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StaticServer, serveFolder } from './static-server.ts';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const headlessPackage = join(workspace, '../web/package');
const isBuilt = existsSync(join(headlessPackage, 'index.js')) && existsSync(join(workspace, 'dist/index.js'));
if (!isBuilt) console.warn('skipped: the published package (build sdks/web and its package first)');

/** What an integrator copies from the documentation, with the events written down. */
const page = (script: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="UTF-8" /><title>Auth</title><link rel="icon" href="data:," />
    <script type="importmap">{"imports":{"lit":"/lit.js","@keyless/sdk-web":"/web/index.js"}}</script>
  </head>
  <body>
    <kl-auth
      authorization-token="USER_AUTHORIZATION_FROM_CUSTOMER" customer="CUSTOMER_NAME" enable-camera-instructions
      key="IMAGE_ENCRYPTION_PUBLIC_KEY" key-id="IMAGE_ENCRYPTION_KEY_ID" lang="en" size="375" theme="light"
      transaction-data='DATA_FROM_CUSTOMER_SERVER_TO_BE_SIGNED' username="USERNAME"
      ws-url="KEYLESS_AUTHENTICATION_SERVICE_URL"
    ></kl-auth>
    <script type="module">${script}</script>
    <script>
      const auth = document.querySelector('kl-auth')
      globalThis.codes = []
      auth.addEventListener('error', (event) => codes.push(event.message))
    </script>
  </body>
</html>`;

describe.skipIf(!hasChromium || !isBuilt)('the published package in a browser', () => {
  let browser: Browser;
  let server: StaticServer;
  let folder: string;

  beforeAll(async () => {
    execFileSync(process.execPath, [join(workspace, 'scripts/build-package.mjs')], { stdio: 'pipe' });
    folder = mkdtempSync(join(tmpdir(), 'web-components-'));
    symlinkSync(join(workspace, 'package'), join(folder, 'components'));
    symlinkSync(headlessPackage, join(folder, 'web'));
    const { rolldown } = await import('rolldown');
    const lit = await rolldown({ input: fileURLToPath(import.meta.resolve('lit')), platform: 'browser' });
    await lit.write({ file: join(folder, 'lit.js'), codeSplitting: false });
    await lit.close();
    writeFileSync(join(folder, 'bundle.html'), page("import '/components/bundle.js'"));
    writeFileSync(join(folder, 'index.html'), page("import '/components/index.js'"));
    writeFileSync(join(folder, 'deep.html'), page("import '/components/elements/auth/auth-element.js'"));
    server = await serveFolder(folder);
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it.each(['bundle.html', 'index.html', 'deep.html'])(
    'runs the documented sample: %s reaches the camera and reports its code',
    async (name) => {
      const context = await browser.newContext();
      const opened = await context.newPage();
      const complaints: string[] = [];
      opened.on('pageerror', (error) => complaints.push(error.message));
      await opened.goto(`${server.url}${name}`);
      await opened.getByRole('button', { name: 'Start camera' }).click({ timeout: 20_000 });
      const allow = opened.getByRole('button', { name: 'Allow camera' });
      const failed = opened.getByRole('heading', { name: 'That did not work' });
      await allow.or(failed).waitFor({ timeout: 20_000 });
      if (await allow.isVisible()) await allow.click();
      await failed.waitFor({ timeout: 20_000 });
      const codes = await opened.evaluate(() => (globalThis as unknown as { codes: string[] }).codes);
      expect(codes).toEqual(['WEB_SOCKET_URL_PARSE_FAILED']);
      expect(complaints).toEqual([]);
      const tags = ['kl-auth', 'kl-enroll', 'kl-auth-dialog', 'kl-enroll-dialog'];
      const defined = await opened.evaluate((all) => all.filter((tag) => customElements.get(tag)), tags);
      expect(defined).toEqual(name === 'deep.html' ? ['kl-auth'] : tags);
      await context.close();
    },
  );

  it('keeps bare imports in index.js alone, and none in bundle.js', () => {
    const imports = (name: string) =>
      [
        ...readFileSync(join(workspace, 'package', name), 'utf8').matchAll(
          /(?:^|[;\n])\s*(?:import|export)[^'"]*?from\s*["']([^"'.][^"']*)["']/g,
        ),
      ]
        .map((match) => match[1])
        .sort();
    expect(imports('bundle.js')).toEqual([]);
    const { dependencies } = JSON.parse(readFileSync(join(workspace, 'package/package.json'), 'utf8'));
    expect(Object.keys(dependencies).sort()).toEqual(['@keyless/sdk-web', 'lit']);
  });
});
