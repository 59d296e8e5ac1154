/** Opens a built app in Chromium. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromiumArguments, chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import { chromium } from 'playwright-core';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const timeout = 60_000;

export const startBrowser = () =>
  hasChromium
    ? chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments], timeout })
    : undefined;

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * @param {string} search `?threads` for a page that runs several, `` for one that does not
 * @returns what the app says of itself: `works`, or what failed
 */
export async function openApp(browser, folder, search) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = join(folder, pathname === '/' ? 'index.html' : pathname);
    if (pathname.includes('..') || !existsSync(file)) return response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, ...(search === '?threads' && ISOLATION) });
    return response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/${search}`, { timeout });
    await page.waitForFunction(() => 'result' in globalThis, undefined, { timeout });
    return await page.evaluate(() => globalThis.result);
  } catch (error) {
    return [...complaints, error.message.split('\n')[0]].join('; ');
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}
