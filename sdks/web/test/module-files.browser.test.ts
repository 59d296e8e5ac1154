import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { KeylessWebAssemblyModuleOptions } from '../src/index.ts';
import { courseOf, optionsFor, runAttempt } from './attempt-in-page.ts';
import { beginStream, frameResults, type SessionPeer } from './fake-session-server.ts';
import { browserObstacle, packageFolder, type SdkWindow, useSdkPage } from './sdk-page.ts';

const importIn = (page: Page, options: KeylessWebAssemblyModuleOptions = {}) =>
  page.evaluate(async (given) => {
    const { sdk } = globalThis as unknown as SdkWindow;
    return (await sdk.importKeylessWebAssemblyModule(given))?.message ?? null;
  }, options);

const finishAfterOneFrame = async (session: SessionPeer): Promise<void> => {
  await session.receive();
  session.send(beginStream());
  await session.peer.receive();
  session.send(frameResults(0));
  session.send({ type: 'stop-stream' });
  session.send({ type: 'finished', keylessId: 'AB01' });
};

describe.skipIf(browserObstacle !== null)(
  `the module${browserObstacle ? ` (${browserObstacle})` : ''}`,
  () => {
    const sdkPage = useSdkPage();

    it('runs with several threads on a page that is isolated', async () => {
      const server = await sdkPage.start({ serve: finishAfterOneFrame, isIsolated: true });
      const page = await sdkPage.open(server);
      expect(await importIn(page, { pthreads: true })).toBeNull();
      const run = await runAttempt(page, { options: optionsFor(server, 'ada') });
      expect(courseOf(run)).toContain('finished');
      expect(page.workers().length).toBeGreaterThan(1);
    });

    it('says what is missing when threads are asked for on a page that is not', async () => {
      const page = await sdkPage.open(await sdkPage.start());
      const said = page.waitForEvent('console').then((message) => message.text());
      expect(await importIn(page, { pthreads: true })).toBe('SESSION_MANAGER_NULL');
      expect(await said).toContain('Cross-Origin-Opener-Policy');
    });

    it('is refused when a file is not the published one', async () => {
      const tampered = Uint8Array.from(readFileSync(join(packageFolder, 'wasm.wasm')));
      tampered[tampered.length - 1] ^= 1;
      const server = await sdkPage.start({
        respond: (path, response) => {
          if (path !== '/tampered.wasm') return false;
          response.writeHead(200, { 'content-type': 'application/wasm' }).end(tampered);
          return true;
        },
      });
      const page = await sdkPage.open(server);
      expect(await importIn(page, { url: { binary: '/tampered.wasm' } })).toBe('RUNTIME_VIOLATION');
      // A failed import can be repeated with what is right.
      expect(await importIn(page, { url: { file: '/sdk/wasm.wasm' } })).toBeNull();
    });

    describe('whose script a minifier rewrote', () => {
      const rewritten = (name: string) => `/* rewritten */${readFileSync(join(packageFolder, name), 'utf8')}`;
      const start = () =>
        sdkPage.start({
          serve: finishAfterOneFrame,
          isIsolated: true,
          respond: (path, response) => {
            if (path !== '/sdk/wasm.js' && path !== '/sdk/pthreads/wasm.js') return false;
            response.writeHead(200, { 'content-type': 'text/javascript' });
            response.end(rewritten(path.slice('/sdk/'.length)));
            return true;
          },
        });
      const pretendWebpack = (page: Page) =>
        page.evaluate(() => Object.assign(globalThis, { __webpack_require__: () => undefined }));

      it('is refused, unless webpack made the page: then the copy inside of the SDK runs', async () => {
        const server = await start();
        const page = await sdkPage.open(server);
        expect(await importIn(page)).toBe('RUNTIME_VIOLATION');
        await pretendWebpack(page);
        // Whoever names a file wants that one.
        const named = { url: { script: '/sdk/wasm.js' } };
        expect(await importIn(page, named)).toBe('RUNTIME_VIOLATION');
        const run = await runAttempt(page, { options: optionsFor(server, 'ada') });
        expect(courseOf(run)).toContain('finished');
        expect(page.workers().map((worker) => worker.url())).toEqual([expect.stringMatching(/^blob:/)]);
      });

      it('runs with several threads from the copy too', async () => {
        const server = await start();
        const page = await sdkPage.open(server);
        await pretendWebpack(page);
        expect(await importIn(page, { pthreads: true })).toBeNull();
        const run = await runAttempt(page, { options: optionsFor(server, 'ada') });
        expect(courseOf(run)).toContain('finished');
        expect(page.workers().length).toBeGreaterThan(1);
        expect(page.workers().every((worker) => worker.url().startsWith('blob:'))).toBe(true);
      });
    });

    it('survives the wrong type for WebAssembly with a warning', async () => {
      const server = await sdkPage.start({
        respond: (path, response) => {
          if (path !== '/plain.wasm') return false;
          response.writeHead(200, { 'content-type': 'text/plain' });
          response.end(readFileSync(join(packageFolder, 'wasm.wasm')));
          return true;
        },
      });
      const page = await sdkPage.open(server);
      const said = page.waitForEvent('console').then((message) => message.text());
      expect(await importIn(page, { url: { binary: '/plain.wasm' } })).toBeNull();
      expect(await said).toContain('application/wasm');
    });

    it('runs from another origin, such as a CDN', async () => {
      const cdn = await sdkPage.start({
        respond: (_path, response) => {
          response.setHeader('access-control-allow-origin', '*');
          return false;
        },
      });
      const server = await sdkPage.start({
        serve: finishAfterOneFrame,
        respond: (path, response) => {
          if (path !== '/page') return false;
          response.writeHead(200, { 'content-type': 'text/html' });
          response.end(`<!doctype html><link rel="icon" href="data:,"><script type="module">
          import * as sdk from '${cdn.origin}/sdk/index.js'; window.sdk = sdk</script>`);
          return true;
        },
      });
      const page = await sdkPage.open(server, '/page');
      const run = await runAttempt(page, { options: optionsFor(server, 'ada') });
      expect(courseOf(run)).toContain('finished');
      expect(page.workers()[0]?.url()).toMatch(/^blob:/);
    });

    it('works under a policy for scripts and connections of the own origin', async () => {
      const server = await sdkPage.start({
        serve: finishAfterOneFrame,
        respond: (path, response) => {
          const policy =
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";
          response.setHeader('content-security-policy', policy);
          if (path === '/global.js') {
            response.writeHead(200, { 'content-type': 'text/javascript' });
            response.end("import * as sdk from '/sdk/index.js'; window.sdk = sdk");
            return true;
          }
          if (path !== '/strict') return false;
          response.writeHead(200, { 'content-type': 'text/html' });
          response.end(
            '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/global.js"></script>',
          );
          return true;
        },
      });
      const page = await sdkPage.open(server, '/strict');
      const run = await runAttempt(page, {
        options: { ...optionsFor(server, 'ada'), ws: { url: server.socketUrl } },
      });
      expect(courseOf(run)).toContain('finished');
    });

    it('looks at a frame without holding the page up', async () => {
      const server = await sdkPage.start({
        serve: async (session) => {
          await session.receive();
          session.send(beginStream());
          for (let sequence = 0; sequence < 20; sequence += 1) {
            if ((await session.peer.receive()) === null) return;
            session.send(frameResults(sequence));
          }
          session.send({ type: 'stop-stream' });
          session.send({ type: 'finished', keylessId: 'AB01' });
        },
      });
      const page = await sdkPage.open(server);
      await page.evaluate(() => {
        const longest = { ms: 0 };
        let last = performance.now();
        setInterval(() => {
          const now = performance.now();
          longest.ms = Math.max(longest.ms, now - last);
          last = now;
        }, 10);
        Object.assign(globalThis, { longest });
      });
      const run = await runAttempt(page, { options: optionsFor(server, 'ada') });
      expect(run.events.filter(({ name }) => name === 'video-frame-quality')).toHaveLength(20);
      const { ms } = await page.evaluate(
        () => (globalThis as unknown as { longest: { ms: number } }).longest,
      );
      // On a machine that is busy with other tests too; a detector on the page's thread would stop it 20 times.
      expect(ms).toBeLessThan(1_500);
    });
  },
);
