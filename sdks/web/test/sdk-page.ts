import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import {
  chromiumArguments,
  chromiumPath,
  fakeCameraArguments,
  hasChromium,
} from '@openrecognize/testing/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type * as sdk from '../src/index.ts';
import { type FakeSessionServer, type SessionPeer, startFakeServer } from './fake-session-server.ts';

export const packageFolder = join(import.meta.dirname, '../package');

/** Why the tests of a browser can't run here, or null. */
export const browserObstacle: string | null = !hasChromium
  ? `no Chromium at ${chromiumPath}`
  : !existsSync(join(packageFolder, 'index.js'))
    ? 'sdks/web/package is not built: node sdks/web/scripts/build-package.mjs'
    : null;

/** What the test pages have as globals. */
export interface SdkWindow {
  readonly sdk: typeof sdk;
}

export interface SdkPageOptions {
  readonly serve?: (session: SessionPeer) => Promise<void>;
  /** Sends COOP and COEP with everything. */
  readonly isIsolated?: boolean;
  /** Answers before the usual files; true when it did. */
  readonly respond?: (path: string, response: ServerResponse) => boolean;
}

export const frame = { width: 640, height: 480 } as const;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.map': 'application/json',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.data': 'application/octet-stream',
};

/** `/` has the SDK as a global; any other page is in `respond`. */
const PAGE = `<!doctype html><html lang="en"><title>SDK</title><link rel="icon" href="data:,">
<script type="importmap">{"imports":{"@keyless/sdk-web":"/sdk/index.js","@keyless/sdk-web/garbled-circuits":"/sdk/garbled-circuits/index.js"}}</script>
<script type="module">import * as sdk from '@keyless/sdk-web'; window.sdk = sdk</script></html>`;

/** The face of a demonstration photo, cropped to a camera's picture: one face, in the middle. */
export async function facePicture(): Promise<Buffer> {
  const resolved = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');
  return sharp(join(dirname(resolved), 'demo/sample2.jpg'))
    .extract({ left: 1_179, top: 4, width: 740, height: 555 })
    .resize(frame.width, frame.height)
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** A film of the picture in YUV4MPEG2, for Chromium's fake camera. */
async function writeFilm(path: string, picture: Buffer): Promise<void> {
  const { data } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = frame;
  const at = (x: number, y: number) => (y * width + x) * 3;
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc((width * height) / 4), Buffer.alloc((width * height) / 4)];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [r, g, b] = data.subarray(at(x, y), at(x, y) + 3);
      luma[y * width + x] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      chroma[0][(y >> 1) * (width / 2) + (x >> 1)] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      chroma[1][(y >> 1) * (width / 2) + (x >> 1)] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  }
  const picturePart = [Buffer.from('FRAME\n'), luma, ...chroma];
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([head, ...picturePart, ...picturePart]));
}

/** The package, a page that has it as a global, a face, and the session of the test. */
export function serveSdkPage(
  face: Buffer,
  { serve = async () => undefined, isIsolated = false, respond }: SdkPageOptions,
): Promise<FakeSessionServer> {
  return startFakeServer({
    serve,
    respond: (request, response) => {
      if (isIsolated) {
        response.setHeader('cross-origin-opener-policy', 'same-origin');
        response.setHeader('cross-origin-embedder-policy', 'require-corp');
      }
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      if (respond?.(path, response) !== true) {
        respondWithFile(path, response, face, request);
      }
    },
  });
}

/** One Chromium with a fake camera for a file of tests, and a server and page for each test. */
export function useSdkPage() {
  let browser: Browser;
  let folder: string;
  let face: Buffer;
  const servers: FakeSessionServer[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sdk-web-'));
    face = await facePicture();
    await writeFilm(join(folder, 'face.y4m'), face);
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [...chromiumArguments, ...fakeCameraArguments(join(folder, 'face.y4m'))],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  const start = async (options: SdkPageOptions = {}): Promise<FakeSessionServer> => {
    const server = await serveSdkPage(face, options);
    servers.push(server);
    return server;
  };

  const open = async (server: FakeSessionServer, path = '/'): Promise<Page> => {
    const context = await browser.newContext({ permissions: ['camera'] });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await page.goto(`${server.origin}${path}`);
    await page.waitForFunction(() => 'sdk' in globalThis);
    return page;
  };

  return { start, open };
}

function respondWithFile(
  path: string,
  response: ServerResponse,
  face: Buffer,
  request: IncomingMessage,
): void {
  if (path === '/') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  } else if (path === '/face.jpg') {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(face);
  } else if (path.startsWith('/sdk/') && existsSync(join(packageFolder, path.slice(4)))) {
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type }).end(readFileSync(join(packageFolder, path.slice(4))));
  } else {
    request.resume();
    response.writeHead(404).end();
  }
}

/** The package's entry as a development build has it: without hashes, so that tests may replace its files. */
export function uncheckedEntry(): string {
  const text = readFileSync(join(packageFolder, 'index.js'), 'utf8');
  const unchecked = text.replace(/`sha384-[^`]+`|"sha384-[^"]+"|'sha384-[^']+'/g, 'undefined');
  if (unchecked === text) {
    throw new Error('the package has no hashes');
  }
  return unchecked;
}
