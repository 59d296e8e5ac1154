// Milliseconds a frame of the detector and the encoder, in Node and in Chromium, and the sizes of the files. Not a
// test: figures depend on the machine, which is printed with them. `--rounds N` runs each case N times (default 200).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import type { FaceDetector, JpegEncoder, ThreadedFaceDetector } from '../src/index.ts';
import { withChromiumPage } from '../test/chromium-page.ts';
import { startNodeWorker } from '../test/vision-files.ts';

/** The built package: what browsers get. */
type Package = typeof import('../src/index.ts');

interface Times {
  readonly medianMs: number;
  readonly bestMs: number;
  readonly faces?: number;
}
type Measurements = Readonly<Record<string, Times>>;

const WIDTH = 640;
const HEIGHT = 480;
const DIST = '/packages/vision-wasm/dist';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } });
const rounds = Number(values.rounds);

const distFile = (name: string) => new Uint8Array(readFileSync(new URL(`../dist/${name}`, import.meta.url)));

/** Self-contained, because it also runs in the page. */
async function measure(input: {
  package: Package;
  files: { wasm: Uint8Array; threadsWasm: Uint8Array; data: Uint8Array; pixels: Uint8Array };
  width: number;
  height: number;
  rounds: number;
  startWorker: () => Worker;
}): Promise<Measurements> {
  const { createFaceDetector, createJpegEncoder, createThreadedFaceDetector, loadVisionModule } =
    input.package;
  const { wasm, threadsWasm, data, pixels } = input.files;
  const frame = { pixels, width: input.width, height: input.height };
  const time = async (action: () => unknown): Promise<Times> => {
    for (let i = 0; i < input.rounds / 4; i++) await action();
    const timesMs: number[] = [];
    for (let i = 0; i < input.rounds; i++) {
      const start = performance.now();
      await action();
      timesMs.push(performance.now() - start);
    }
    timesMs.sort((a, b) => a - b);
    return { medianMs: timesMs[timesMs.length >> 1], bestMs: timesMs[0] };
  };
  const module = await loadVisionModule(wasm);
  const detector: FaceDetector = createFaceDetector(module, data);
  const encoder: JpegEncoder = createJpegEncoder(module);
  const results: Record<string, Times> = {
    'detect, one thread': {
      ...(await time(() => detector.detect(frame))),
      faces: detector.detect(frame).length,
    },
  };
  const threadsModule = await loadVisionModule(threadsWasm);
  for (const threads of [1, 2]) {
    const options = { module: threadsModule, data, threads, startWorker: input.startWorker };
    const threaded: ThreadedFaceDetector = await createThreadedFaceDetector(options);
    results[`detect, ${threads} worker(s)`] = await time(() => threaded.detect(frame));
    threaded.dispose();
  }
  results['JPEG 4:2:0, quality 85'] = await time(() => encoder.encodeJpeg({ ...frame, quality: 85 }));
  return results;
}

async function readFrame(): Promise<Uint8Array> {
  const faceApi = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');
  const photo = sharp(new URL('demo/sample3.jpg', `file://${faceApi}`).pathname);
  return photo.resize(WIDTH, HEIGHT, { fit: 'cover' }).ensureAlpha().raw().toBuffer();
}

const pixels = await readFrame();
const names = { wasm: 'vision.wasm', threadsWasm: 'vision-threads.wasm', data: 'vision.data' };
const files = {
  wasm: distFile(names.wasm),
  threadsWasm: distFile(names.threadsWasm),
  data: distFile(names.data),
  pixels: new Uint8Array(pixels),
};

const inNode = await measure({
  package: (await import('../dist/index.js')) as Package,
  files,
  width: WIDTH,
  height: HEIGHT,
  rounds,
  startWorker: startNodeWorker as unknown as () => Worker,
});

const inChromium = await withChromiumPage(new Map([['/frame.rgba', pixels]]), (page, version) => {
  console.log(`Chromium ${version}`);
  const task = { dist: DIST, names, width: WIDTH, height: HEIGHT, rounds, measure: measure.toString() };
  return page.evaluate(async ({ dist, names, measure, ...rest }) => {
    const fetchBytes = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer());
    const run = new Function(`return ${measure}`)() as (input: object) => Promise<Measurements>;
    return run({
      ...rest,
      package: await import(`${dist}/index.js`),
      files: {
        wasm: await fetchBytes(`${dist}/${names.wasm}`),
        threadsWasm: await fetchBytes(`${dist}/${names.threadsWasm}`),
        data: await fetchBytes(`${dist}/${names.data}`),
        pixels: await fetchBytes('/frame.rgba'),
      },
      startWorker: () => new Worker(`${dist}/detector-worker.js`, { type: 'module' }),
    });
  }, task);
});

const cpu = cpus();
console.log(`${cpu[0]?.model ?? 'unknown CPU'}, ${cpu.length} cores; Node ${process.version}`);
console.log(`${WIDTH} x ${HEIGHT}, ${rounds} runs; ms a frame, letterboxing and merging included`);
const rows = ({ where, results }: { where: string; results: Measurements }) =>
  Object.entries(results).map(([what, { medianMs, bestMs, faces }]) => ({
    where,
    what,
    'median ms': medianMs.toFixed(2),
    'best ms': bestMs.toFixed(2),
    faces: faces ?? '',
  }));
console.table([
  ...rows({ where: 'Node', results: inNode }),
  ...(inChromium ? rows({ where: 'Chromium', results: inChromium }) : []),
]);
console.table(
  [...Object.values(names), 'detector-worker.js', 'index.js'].map((file) => ({
    file,
    bytes: distFile(file).length,
    gzip: gzipSync(distFile(file), { level: 9 }).length,
  })),
);
