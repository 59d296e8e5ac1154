/**
 * Bytes and milliseconds of the web packages: `node e2e/test/browser/measure.ts` after the build, prints Markdown. Peers
 * are measured on the same frames where `.cache/peers` has them (docs/benchmarks/web-sdk.md tells how).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runAttempt } from './attempt-in-page.ts';
import { type FilmBrowser, withFilm } from './film-browser.ts';
import { portraitOf } from './live-client.ts';
import { componentsFolder, sdkFolder } from './page-server.ts';
import { filmPortraits, inTheMiddle } from './scenes.ts';
import { browserObstacle, startWebStack } from './web-stack.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PEERS = {
  human: join(ROOT, '.cache/peers/human'),
  wasm: join(ROOT, '.cache/peers/wasm/wasm-out'),
  faceapi: dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
};
const ATTEMPTS = 5;
const ROUNDS = 5;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const milliseconds = (values: readonly number[]): string =>
  `${median(values).toFixed(median(values) < 100 ? 1 : 0)} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;

const printBytes = (): void => {
  console.log('| File | Bytes | gzip |\n|---|--:|--:|');
  const files = [
    [
      sdkFolder,
      'sdk-web',
      [
        'index.js',
        'wasm.js',
        'wasm.wasm',
        'wasm.data',
        'pthreads/wasm.js',
        'pthreads/wasm.wasm',
        'garbled-circuits/index.js',
        'garbled-circuits/wasm.wasm',
      ],
    ],
    [componentsFolder, 'sdk-web-components', ['bundle.js']],
  ] as const;
  for (const [folder, name, paths] of files) {
    for (const path of paths) {
      const bytes = readFileSync(join(folder, path));
      console.log(`| ${name}/${path} | ${bytes.length} | ${gzipSync(bytes, { level: 9 }).length} |`);
    }
  }
};

/** Files of this package and of the peers, and the frames. */
const serveFiles = async (frames: readonly Uint8Array[]) => {
  const folders: Readonly<Record<string, string>> = { sdk: sdkFolder, ...PEERS };
  const types: Readonly<Record<string, string>> = {
    '.js': 'text/javascript',
    '.wasm': 'application/wasm',
    '.json': 'application/json',
  };
  const server = createServer((request, response) => {
    const [, first = '', ...rest] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/');
    if (first === '')
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>x</title>');
    if (first === 'frames') return response.writeHead(200).end(frames[Number(rest[0])]);
    const file = join(folders[first] ?? '', ...rest);
    if (!(first in folders) || rest.includes('..') || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    return response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
};

type Detector = 'sdk' | 'human' | 'faceapi';

/** Runs in the page: milliseconds for each frame from its pixels to the faces, after one round to get warm. */
const detectInPage = async ({
  detector,
  frames,
  rounds,
}: {
  detector: Detector;
  frames: number;
  rounds: number;
}) => {
  const pictures = await Promise.all(
    Array.from({ length: frames }, async (_, i) =>
      createImageBitmap(await (await fetch(`/frames/${i}`)).blob()),
    ),
  );
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [pictures[0]?.width ?? 0, pictures[0]?.height ?? 0];
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  const load = (path: string) => import(/* @vite-ignore */ path);
  const makers: Record<Detector, () => Promise<() => Promise<number>>> = {
    sdk: async () => {
      const worker = new Worker('/sdk/wasm.js', { type: 'module' });
      const ask = (request: object, transfer: Transferable[]) =>
        new Promise<{ faces?: unknown[] }>((resolve, reject) => {
          worker.onmessage = ({ data }) =>
            data.answer ? resolve(data.answer) : reject(new Error(data.text));
          worker.postMessage({ id: 1, request }, transfer);
        });
      const bytes = async (path: string) => (await fetch(path)).arrayBuffer();
      const [binary, data] = [await bytes('/sdk/wasm.wasm'), await bytes('/sdk/wasm.data')];
      await ask({ type: 'start', binary, data }, [binary, data]);
      return async () => {
        const { buffer: pixels } = context.getImageData(0, 0, canvas.width, canvas.height).data;
        const request = { type: 'detect', source: 1, pixels, width: canvas.width, height: canvas.height };
        return (await ask(request, [pixels])).faces?.length ?? 0;
      };
    },
    human: async () => {
      const { Human } = await load('/human/dist/human.esm.js');
      const off = { enabled: false };
      const human = new Human({
        backend: 'wasm',
        wasmPath: '/wasm/',
        modelBasePath: '/human/models',
        cacheSensitivity: 0,
        filter: off,
        gesture: off,
        body: off,
        hand: off,
        object: off,
        face: {
          enabled: true,
          detector: { rotation: false },
          mesh: off,
          iris: off,
          description: off,
          emotion: off,
        },
      });
      await human.init();
      return async () => (await human.detect(canvas)).face.length;
    },
    faceapi: async () => {
      const api = await load('/faceapi/dist/face-api.esm.js');
      api.tf.wasm?.setWasmPaths('/wasm/');
      await api.tf.setBackend('wasm');
      await api.tf.ready();
      await api.nets.tinyFaceDetector.loadFromUri('/faceapi/model');
      const options = new api.TinyFaceDetectorOptions({ inputSize: 224 });
      return async () => (await api.detectAllFaces(canvas, options)).length;
    },
  };
  const detect = await makers[detector]();
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round <= rounds; round++) {
    for (const picture of pictures) {
      context.drawImage(picture, 0, 0);
      const startedMs = performance.now();
      const faces = await detect();
      if (round === 0) continue;
      times.push(performance.now() - startedMs);
      found += faces > 0 ? 1 : 0;
    }
  }
  return { times, found };
};

const measureDetectors = async (browser: FilmBrowser): Promise<void> => {
  const portraits = await Promise.all((['laughing', 'smiling', 'blonde'] as const).map(portraitOf));
  const frames = portraits.flatMap((pictures) => pictures.slice(0, 4).map(({ bytes }) => bytes));
  const files = await serveFiles(frames);
  console.log(
    '\n| Detector | ms a frame, median (least to most) | Frames with a face found |\n|---|--:|--:|',
  );
  const names: Record<Detector, string> = {
    sdk: '@keyless/sdk-web, its worker, one thread',
    human: '@vladmandic/human 3.3.6, WASM backend, detector alone',
    faceapi: '@vladmandic/face-api 1.7.15, WASM backend, tinyFaceDetector 224',
  };
  for (const detector of ['sdk', 'human', 'faceapi'] as const) {
    const page = await browser.open(files.url);
    const result = await page
      .evaluate(detectInPage, { detector, frames: frames.length, rounds: ROUNDS })
      .catch((error: Error) => error.message.split('\n')[0] ?? '');
    console.log(
      typeof result === 'string'
        ? `| ${names[detector]} | not measured: ${result} | |`
        : `| ${names[detector]} | ${milliseconds(result.times)} | ${result.found} of ${result.times.length} |`,
    );
    await page.context().close();
  }
  files.close();
};

/** Runs in the page of an element: milliseconds from its mount to the first picture of the camera. */
const mountToPicture = () =>
  new Promise<number>((resolve) => {
    const { element } = globalThis as unknown as { element: HTMLElement };
    const fresh = element.cloneNode() as HTMLElement;
    element.remove();
    const startedMs = performance.now();
    const look = (): void => {
      const video = fresh.shadowRoot?.querySelector('video');
      if (!video) requestAnimationFrame(look);
      else video.requestVideoFrameCallback(() => resolve(performance.now() - startedMs));
    };
    document.body.append(fresh);
    look();
  });

const measureSessions = async (browser: FilmBrowser): Promise<void> => {
  const web = await startWebStack();
  const options = { ...web.address, username: 'ada', wsTimeout: 60_000, transaction: { data: 'pay' } };
  const measured = {
    mount: [] as number[],
    frames: [] as number[],
    stream: [] as number[],
    verdict: [] as number[],
  };
  try {
    const page = await browser.open(web.pages.origin);
    await runAttempt(page, { flow: 'enroll', options });
    for (let i = 0; i < ATTEMPTS; i++) {
      const { events, outcome } = await runAttempt(page, { flow: 'auth', options });
      if (outcome !== 'finished') throw new Error(`an attempt ended with ${outcome}`);
      const at = (name: string): number => events.find((event) => event.name === name)?.atMs ?? Number.NaN;
      measured.frames.push(events.filter(({ name }) => name === 'frame-results').length);
      measured.stream.push(at('stop-stream') - at('begin-stream'));
      measured.verdict.push(at('finished') - at('stop-stream'));
    }
    const attributes = {
      customer: web.address.customer.name,
      username: 'ada',
      'ws-url': web.address.ws.url,
      key: web.address.key.value,
      'key-id': web.address.key.id,
    };
    for (let i = 0; i < ATTEMPTS; i++) {
      const element = await browser.open(web.pages.elementUrl('kl-auth', attributes));
      await element.waitForFunction(() => 'element' in globalThis);
      measured.mount.push(await element.evaluate(mountToPicture));
      await element.context().close();
    }
  } finally {
    await web.dispose();
  }
  console.log('\n| What | Median (least to most) |\n|---|--:|');
  console.log(
    `| Element mounted to first picture of the camera, files in the browser's cache | ${milliseconds(measured.mount)} ms |`,
  );
  console.log(
    `| Frames to the verdict | ${median(measured.frames)} (${Math.min(...measured.frames)} to ${Math.max(...measured.frames)}) |`,
  );
  console.log(`| begin-stream to stop-stream | ${milliseconds(measured.stream)} ms |`);
  console.log(`| stop-stream to finished, with a JWT | ${milliseconds(measured.verdict)} ms |`);
};

if (browserObstacle) {
  console.log(`skipped: measurements of the web packages (${browserObstacle})`);
} else {
  printBytes();
  const film = await filmPortraits({ faces: [{ face: 'laughing', at: inTheMiddle }] });
  await withFilm(film, async (browser) => {
    await measureDetectors(browser);
    await measureSessions(browser);
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
    }).trim();
    console.log(
      `\nChromium ${browser.version}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, commit ${commit}.`,
    );
  });
}
