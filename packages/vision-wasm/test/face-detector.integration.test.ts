import { beforeAll, describe, expect, it } from 'vitest';
import {
  createFaceDetector,
  createThreadedFaceDetector,
  type FaceBox,
  type FaceDetector,
  type Frame,
  loadVisionModule,
  type VisionModule,
} from '../src/index.ts';
import { photoFiles, readPhoto } from './photos.ts';
import { builtFile, startNodeWorker } from './vision-files.ts';

const data = builtFile('vision.data');

/** Puts a picture into the middle of a larger, grey one. */
function surrounded(frame: Frame, width: number, height: number): Frame {
  const pixels = new Uint8Array(4 * width * height).fill(128);
  const left = Math.floor((width - frame.width) / 2);
  const top = Math.floor((height - frame.height) / 2);
  for (let y = 0; y < frame.height; y++) {
    const row = frame.pixels.subarray(4 * frame.width * y, 4 * frame.width * (y + 1));
    pixels.set(row, 4 * (width * (top + y) + left));
  }
  return { pixels, width, height };
}

const codeOf = (action: () => unknown) => {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};
const codeOfPromise = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: { code?: unknown }) => error.code,
  );

describe.skipIf(data === undefined)('the face detector', () => {
  let module: VisionModule;
  let threadsModule: VisionModule;
  let detector: FaceDetector;

  beforeAll(async () => {
    module = await loadVisionModule(builtFile('vision.wasm')!);
    threadsModule = await loadVisionModule(builtFile('vision-threads.wasm')!);
    detector = createFaceDetector(module, data!);
  });

  it('finds a face at the same place of the picture, at any size and shape of the frame', async () => {
    const photo = await readPhoto(photoFiles[2], 1920);
    const [expected] = detector.detect(photo);
    for (const side of [1280, 641, 320, 200]) {
      const smaller = await readPhoto(photoFiles[2], side);
      const [face] = detector.detect(smaller);
      const scale = photo.width / smaller.width;
      const width = expected.x1 - expected.x0;
      expect(Math.abs(face.x0 * scale - expected.x0)).toBeLessThan(0.1 * width);
      expect(Math.abs(face.y1 * scale - expected.y1)).toBeLessThan(0.1 * width);
    }
    const small = await readPhoto(photoFiles[2], 400);
    const wide = surrounded(small, 500, 401);
    const tall = surrounded(small, 403, 500);
    const [inner] = detector.detect(small);
    const tolerance = 0.25 * (inner.x1 - inner.x0);
    for (const frame of [wide, tall]) {
      const [face] = detector.detect(frame);
      expect(Math.abs(face.x0 - inner.x0 - Math.floor((frame.width - small.width) / 2))).toBeLessThan(
        tolerance,
      );
      expect(Math.abs(face.y0 - inner.y0 - Math.floor((frame.height - small.height) / 2))).toBeLessThan(
        tolerance,
      );
    }
  });

  it('puts the key points where they belong: eyes above nose above mouth, the right eye on the left', async () => {
    const [face] = detector.detect(await readPhoto(photoFiles[2], 640));
    const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = face.keypoints;
    expect(rightEye.x).toBeLessThan(leftEye.x);
    expect(rightEar.x).toBeLessThan(leftEar.x);
    expect(Math.max(rightEye.y, leftEye.y)).toBeLessThan(nose.y);
    expect(nose.y).toBeLessThan(mouth.y);
  });

  it('finds nothing in frames without a face, however small, narrow or large', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 8192],
      [8192, 1],
      [8192, 3],
      [255, 257],
    ]) {
      const pixels = Uint8Array.from({ length: 4 * width * height }, (_, i) => (i * 31) & 0xff);
      expect(detector.detect({ pixels, width, height })).toEqual([]);
    }
  });

  it('gives the same for the same frame, whatever came before', async () => {
    const photo = await readPhoto(photoFiles[0], 640);
    const first = detector.detect(photo);
    detector.detect(await readPhoto(photoFiles[3], 517));
    expect(detector.detect(photo)).toEqual(first);
  });

  it('gives the same bits from one, two, three and eight workers', async () => {
    const photos = await Promise.all(photoFiles.slice(0, 4).map((file) => readPhoto(file, 640)));
    const expected = photos.map((photo) => detector.detect(photo));
    for (const threads of [1, 2, 3, 8]) {
      const threaded = await createThreadedFaceDetector({
        module: threadsModule,
        data: data!,
        threads,
        startWorker: startNodeWorker,
      });
      try {
        // All at once: they are taken in turn.
        const found: FaceBox[][] = await Promise.all(photos.map((photo) => threaded.detect(photo)));
        expect(found).toEqual(expected);
      } finally {
        threaded.dispose();
      }
      expect(await codeOfPromise(threaded.detect(photos[0]))).toBe('WORKER_FAILED');
    }
  }, 60_000);

  it('tells when a worker fails to start, and ends the others', async () => {
    let ended = 0;
    const startWorker = () => {
      const listeners: (() => void)[] = [];
      return {
        postMessage: () => listeners.forEach((listener) => void listener()),
        addEventListener: (type: string, listener: () => void) => {
          if (type === 'error') listeners.push(listener);
        },
        terminate: () => ended++,
      };
    };
    const options = { module: threadsModule, data: data!, threads: 2, startWorker };
    expect(await codeOfPromise(createThreadedFaceDetector(options))).toBe('WORKER_FAILED');
    expect(ended).toBe(2);
    let started = 0;
    const startOne = () => {
      if (started++ > 0) throw new TypeError('no more workers');
      return startWorker();
    };
    expect(await codeOfPromise(createThreadedFaceDetector({ ...options, startWorker: startOne }))).toBe(
      'WORKER_FAILED',
    );
    expect(ended).toBe(3);
    expect(await codeOfPromise(createThreadedFaceDetector({ ...options, threads: 9 }))).toBe(
      'PARAMETERS_INVALID',
    );
    expect(await codeOfPromise(createThreadedFaceDetector({ ...options, module }))).toBe('MODULE_INVALID');
  });

  it('names what is wrong with a frame, and works on', async () => {
    const pixels = new Uint8Array(16);
    for (const frame of [
      { pixels, width: 2, height: 3 },
      { pixels, width: 0, height: 0 },
      { pixels, width: -2, height: -2 },
      { pixels, width: 1.5, height: 4 },
      { pixels, width: Number.NaN, height: 2 },
      { pixels: new Uint8Array(4 * 8193), width: 8193, height: 1 },
    ]) {
      expect(codeOf(() => detector.detect(frame))).toBe('FRAME_INVALID');
    }
    expect(detector.detect({ pixels, width: 2, height: 2 })).toEqual([]);
  });

  it('refuses weights that are cut off, altered or of another kind', () => {
    const altered = (at: number) => data!.map((byte, i) => (i === at ? byte ^ 1 : byte));
    for (const wrong of [
      new Uint8Array(0),
      data!.subarray(1),
      altered(0),
      altered(4),
      altered(8),
      altered(12),
      altered(20_000),
    ]) {
      expect(codeOf(() => createFaceDetector(module, wrong))).toBe('DATA_INVALID');
    }
  });

  it('refuses other modules and scores out of range', async () => {
    expect(await codeOfPromise(loadVisionModule(new Uint8Array(9)))).toBe('MODULE_INVALID');
    expect(codeOf(() => createFaceDetector(threadsModule, data!))).toBe('MODULE_INVALID');
    for (const minScore of [0, 1, Number.NaN]) {
      expect(codeOf(() => createFaceDetector(module, data!, { minScore }))).toBe('PARAMETERS_INVALID');
    }
  });
});
