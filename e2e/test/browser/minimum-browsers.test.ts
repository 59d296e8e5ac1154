import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_NEWER, removeNewer } from '../../../sdks/web-components/test/newer-than-minimum.ts';
import { runAttempt } from './attempt-in-page.ts';
import { type FilmBrowser, startFilmBrowser } from './film-browser.ts';
import { componentsFolder, sdkFolder } from './page-server.ts';
import { filmPortraits, inTheMiddle } from './scenes.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';

if (browserObstacle) console.warn(`skipped: what only newer browsers have, taken away (${browserObstacle})`);

const patienceMs = 240_000;
const removal = `(${removeNewer})(${JSON.stringify(ALL_NEWER)})`;
const hashOf = (text: string): string => createHash('sha384').update(text).digest('base64');

/** As a browser without container units, and those of dynamic viewports, reads a style sheet: it drops what it can't read. */
const withoutNewerStyles = (code: string): string =>
  code
    .replace(/(?<=\d)(?:cqi|dvb)\b/g, 'unknown')
    .replace(/(?<=[;{\s])(?:container-type|text-wrap)(?=:)/g, 'unknown');

/** The published scripts, poorer: the worker loses what pages lose, and so has another hash. */
const poorer = (folder: string, entry: string): Readonly<Record<string, string>> => {
  const worker = readFileSync(join(folder, 'wasm.js'), 'utf8');
  const poorWorker = `${removal};${worker}`;
  const main = readFileSync(join(folder, entry), 'utf8').replace(hashOf(worker), hashOf(poorWorker));
  if (!main.includes(hashOf(poorWorker))) throw new Error(`${entry} does not know the hash of wasm.js`);
  return { 'wasm.js': poorWorker, [entry]: withoutNewerStyles(main) };
};

interface ElementWindow {
  readonly heard: readonly {
    readonly name: string;
    readonly detail: Readonly<Record<string, unknown>> | null;
  }[];
  readonly element: HTMLElement;
  readonly left?: readonly string[];
}

const untilFinished = async (page: Page): Promise<Readonly<Record<string, unknown>> | null | undefined> => {
  const isOver = () =>
    (globalThis as unknown as ElementWindow).heard.some(({ name }) => ['finished', 'error'].includes(name));
  await page.waitForFunction(isOver, undefined, { timeout: patienceMs / 2 });
  const heard = await page.evaluate(() => (globalThis as unknown as ElementWindow).heard);
  expect(heard.map(({ name }) => name)).toContain('finished');
  return heard.find(({ name }) => name === 'finished')?.detail;
};

/** Sizes of what the element paints, in CSS pixels. */
const sizesIn = (page: Page) =>
  page.evaluate(() => {
    const root = (globalThis as unknown as ElementWindow).element.shadowRoot;
    const sizeOf = (selector: string) => {
      const { width, height, bottom } =
        root?.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
      return { width: Math.round(width), height: Math.round(height), bottom: Math.round(bottom) };
    };
    return { root: sizeOf('.root'), camera: sizeOf('.camera'), foot: sizeOf('.foot') };
  });

describe.skipIf(browserObstacle !== null)('without what browsers of the minimum lack', () => {
  let web: WebStack;
  let browser: FilmBrowser;
  beforeAll(async () => {
    web = await startWebStack();
    browser = await startFilmBrowser(await filmPortraits({ faces: [{ face: 'laughing', at: inTheMiddle }] }));
  }, patienceMs);
  afterAll(async () => {
    await browser?.close();
    await web?.dispose();
  });

  const impoverish = async (context: BrowserContext): Promise<void> => {
    await context.addInitScript(`globalThis.left = ${removal}`);
    const scripts = {
      ...Object.fromEntries(
        Object.entries(poorer(sdkFolder, 'index.js')).map(([name, code]) => [`/sdk/${name}`, code]),
      ),
      ...Object.fromEntries(
        Object.entries(poorer(componentsFolder, 'bundle.js')).map(([name, code]) => [
          `/components/${name}`,
          code,
        ]),
      ),
    };
    for (const [path, body] of Object.entries(scripts)) {
      await context.route(`${web.pages.origin}${path}`, (route) =>
        route.fulfill({ contentType: 'text/javascript', body }),
      );
    }
  };
  const open = async (url: string): Promise<Page> => {
    const page = await browser.open('about:blank', { viewport: { width: 390, height: 780 } });
    await impoverish(page.context());
    await page.goto(url);
    return page;
  };
  const expectPoor = async (page: Page): Promise<void> => {
    expect(await page.evaluate(() => (globalThis as unknown as ElementWindow).left)).toEqual([]);
    const lacks = () => [
      'isWellFormed' in String.prototype,
      'findLast' in Array.prototype,
      'structuredClone' in globalThis,
    ];
    expect(await page.evaluate(lacks)).toEqual([false, false, false]);
    const [worker] = page.workers();
    expect(await worker?.evaluate(lacks)).toEqual([false, false, false]);
  };

  it('the headless SDK enrolls and authenticates', { timeout: patienceMs }, async () => {
    const options = { ...web.address, username: 'old', wsTimeout: 60_000 };
    const page = await open(web.pages.origin);
    const enrolled = await runAttempt(page, { flow: 'enroll', options });
    expect(enrolled.outcome).toBe('finished');
    const transaction = { data: 'from an old browser' };
    const attempt = await runAttempt(page, { flow: 'auth', options: { ...options, transaction } });
    expect(attempt.outcome).toBe('finished');
    await web.verify(String(attempt.verdict['jwt']), String(enrolled.verdict['keylessId']), transaction.data);
    await expectPoor(page);
    await page.context().close();
  });

  it('the elements enroll and authenticate, in place and in a dialog, and keep their sizes', {
    timeout: patienceMs,
  }, async () => {
    const attributes = {
      customer: web.address.customer.name,
      username: 'olga',
      'ws-url': web.address.ws.url,
      key: web.address.key.value,
      'key-id': web.address.key.id,
      'ws-timeout': '60000',
    };
    const enroll = await open(web.pages.elementUrl('kl-enroll', attributes));
    const enrolled = await untilFinished(enroll);
    await expectPoor(enroll);
    const sizes = await sizesIn(enroll);
    expect(sizes.root.width).toBe(390);
    expect(sizes.root.height).toBeGreaterThanOrEqual(585);
    // 58 % of the width, as where there are container units.
    expect(sizes.camera.width).toBeGreaterThan(215);
    expect(sizes.camera.width).toBeLessThan(235);
    expect(sizes.foot.bottom).toBeLessThanOrEqual(sizes.root.bottom);
    await enroll.context().close();

    const data = { ...attributes, 'transaction-data': 'from an old browser' };
    const auth = await open(web.pages.elementUrl('kl-auth-dialog', data));
    const detail = await untilFinished(auth);
    await web.verify(String(detail?.['jwt']), String(enrolled?.['keylessId']), 'from an old browser');
    expect((await sizesIn(auth)).root.width).toBe(374);
    await auth.context().close();
  });
});
