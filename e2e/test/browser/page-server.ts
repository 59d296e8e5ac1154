import { existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { drawnCamera } from './drawn-camera.ts';

const sdksFolder = join(import.meta.dirname, '../../../sdks');
/** The packages as they are published. */
export const sdkFolder = join(sdksFolder, 'web/package');
export const componentsFolder = join(sdksFolder, 'web-components/package');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.map': 'application/json',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.data': 'application/octet-stream',
};

/** The headless SDK and a drawn camera as globals. */
const HEADLESS = `<!doctype html><html lang="en"><title>SDK</title><link rel="icon" href="data:,">
<script type="importmap">{"imports":{"@keyless/sdk-web":"/sdk/index.js"}}</script>
<script type="module">import * as sdk from '@keyless/sdk-web'; Object.assign(window, { sdk, drawnCamera: ${drawnCamera} })</script></html>`;

/** An element with the attributes of the query; `heard` has its events and the colour it had then. */
const ELEMENT = `<!doctype html><html lang="en"><title>Element</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width">
<body style="margin:0"><script type="module">
window.heard = []
const query = new URLSearchParams(location.search)
const tag = query.get('tag')
await import('/components/bundle.js')
const element = document.createElement(tag)
const colour = () => getComputedStyle(element.shadowRoot?.querySelector('.root') ?? element).backgroundColor
for (const [name, value] of query) if (name !== 'tag') element.setAttribute(name, value)
for (const name of ['begin-stream', 'step-change', 'video-frame-quality', 'frame-results', 'stop-stream', 'finished', 'error', 'recoverable-error', 'close']) {
  element.addEventListener(name, (event) => window.heard.push({ name, detail: event.detail ?? null, colour: colour(), message: event.error?.message ?? (typeof event.message === 'string' ? event.message : null) }))
}
document.body.append(element)
window.element = element
</script></body></html>`;

/** What scripts of workers need beside a page that is isolated, and what makes it so. */
const REQUIRES_POLICY = { 'cross-origin-embedder-policy': 'require-corp' };
const ISOLATION = { ...REQUIRES_POLICY, 'cross-origin-opener-policy': 'same-origin' };

export interface PageServer {
  readonly origin: string;
  /** Address of a page with an element that has these attributes; isolated, for threads, if that is one of them. */
  elementUrl(tag: string, attributes: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

const sendFile = (response: ServerResponse, folder: string, path: string): boolean => {
  const file = join(folder, path);
  if (path.includes('..') || !existsSync(file)) return false;
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, ...REQUIRES_POLICY });
  response.end(readFileSync(file));
  return true;
};

/** The web server of a relying party: pages of its own, and the files of both packages. */
export const startPageServer = async (): Promise<PageServer> => {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/' || pathname === '/element') {
      const headers = searchParams.has('enable-wasm-pthreads') ? ISOLATION : {};
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
      response.end(pathname === '/' ? HEADLESS : ELEMENT);
      return;
    }
    const isFound =
      (pathname.startsWith('/sdk/') && sendFile(response, sdkFolder, pathname.slice(5))) ||
      (pathname.startsWith('/components/') && sendFile(response, componentsFolder, pathname.slice(12)));
    if (!isFound) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    elementUrl: (tag, attributes) => `${origin}/element?${new URLSearchParams({ tag, ...attributes })}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
