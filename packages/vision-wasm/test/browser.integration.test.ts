import { describe, expect, it } from 'vitest';
import { createFaceDetector, createJpegEncoder, loadVisionModule } from '../src/index.ts';
import { type PageGlobals, withChromiumPage } from './chromium-page.ts';
import { photoFiles, readPhoto } from './photos.ts';
import { builtFile } from './vision-files.ts';

const DIST = '/packages/vision-wasm/dist';
/** What browsers get. */
type Package = typeof import('../src/index.ts');
const data = builtFile('vision.data');

describe.skipIf(data === undefined)('the built files in Chromium', () => {
  it('give the same faces and the same JPEG bytes as in Node, in one thread and in two', async ({ skip }) => {
    const photo = await readPhoto(photoFiles[0], 640);
    const { width, height } = photo;
    const found = await withChromiumPage(new Map([['/frame.rgba', new Uint8Array(photo.pixels)]]), (page) =>
      page.evaluate(
        async ({ dist, width, height }) => {
          const fetchBytes = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer());
          const { loadModule } = globalThis as unknown as PageGlobals;
          const vision = await loadModule<Package>(`${dist}/index.js`);
          const frame = { pixels: await fetchBytes('/frame.rgba'), width, height };
          const weights = await fetchBytes(`${dist}/vision.data`);
          const module = await vision.loadVisionModule(await fetchBytes(`${dist}/vision.wasm`));
          const threaded = await vision.createThreadedFaceDetector({
            module: await vision.loadVisionModule(await fetchBytes(`${dist}/vision-threads.wasm`)),
            data: weights,
            threads: 2,
            startWorker: () => new Worker(`${dist}/detector-worker.js`, { type: 'module' }),
          });
          const shared = await threaded.detect(frame);
          threaded.dispose();
          return {
            alone: vision.createFaceDetector(module, weights).detect(frame),
            shared,
            jpeg: Array.from(vision.createJpegEncoder(module).encodeJpeg({ ...frame, quality: 80 })),
          };
        },
        { dist: DIST, width, height },
      ),
    );
    if (found === undefined) return skip('no Chromium');
    const module = await loadVisionModule(builtFile('vision.wasm')!);
    const expected = createFaceDetector(module, data!).detect(photo);
    expect(expected.length).toBeGreaterThan(0);
    expect(found.alone).toEqual(expected);
    expect(found.shared).toEqual(expected);
    const jpeg = createJpegEncoder(module).encodeJpeg({ ...photo, quality: 80 });
    expect(Buffer.compare(Buffer.from(found.jpeg), jpeg)).toBe(0);
  }, 60_000);
});
