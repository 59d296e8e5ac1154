// Median milliseconds per stage of one photo through the whole pipeline, in one thread.
// Run: npm run bench -w packages/biometrics
import { availableParallelism, cpus } from 'node:os';
import sharp from 'sharp';
import {
  type AnalysisStats,
  createFacePipeline,
  defaultModelsDir,
  type ImageInput,
  type ManifestName,
  readModelManifest,
} from '../src/index.ts';
import { cropFace, DEMO_FACES, demoPhoto } from '../test/reference/demo-photos.ts';

const WARM_UP = 10;
const RUNS = 60;

const photos: Record<string, ImageInput> = {
  'webcam 640x480': await sharp(demoPhoto(6))
    .extract({ left: 0, top: 300, width: 720, height: 540 })
    .resize(640, 480)
    .jpeg({ quality: 90 })
    .toBuffer(),
  'portrait 1080x1080': await cropFace(DEMO_FACES.rightInRow).resize(1080).jpeg({ quality: 90 }).toBuffer(),
  'phone 4000x3000': await cropFace(DEMO_FACES.rightInRow)
    .resize(4000, 3000, { fit: 'cover' })
    .jpeg({ quality: 90 })
    .toBuffer(),
};
const { data, info } = await sharp(photos['webcam 640x480'] as Buffer)
  .raw()
  .toBuffer({ resolveWithObject: true });
photos['raw RGB 640x480'] = { encoding: 'rgb', width: info.width, height: info.height, bytes: data };
const stages = ['decode', 'detect', 'landmarks', 'quality', 'embed', 'binarize', 'liveness'] as const;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

const benchManifest = async (name: ManifestName): Promise<void> => {
  const startedMs = performance.now();
  const pipeline = await createFacePipeline({
    manifest: readModelManifest(name),
    modelsDir: defaultModelsDir(),
  });
  console.log(`\n${name}: models loaded in ${(performance.now() - startedMs).toFixed(0)} ms`);
  console.log(
    ['photo'.padEnd(20), ...stages.map((stage) => stage.padStart(10)), '     total', '+ liveness'].join(''),
  );
  for (const [title, photo] of Object.entries(photos)) {
    const runs: AnalysisStats[] = [];
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      const { stats } = await pipeline.analyze(photo, { scenario: 'SELFIE', liveness: true, measure: true });
      if (run >= WARM_UP) runs.push(stats);
    }
    const columns = [
      ...stages.map((stage) => median(runs.map(({ timingsMs }) => timingsMs[stage] ?? 0))),
      median(runs.map(({ processingMs, timingsMs }) => processingMs - (timingsMs.liveness ?? 0))),
      median(runs.map(({ processingMs }) => processingMs)),
    ];
    console.log([title.padEnd(20), ...columns.map((ms) => ms.toFixed(2).padStart(10))].join(''));
  }
  await pipeline.close();
};

console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}; medians of ${RUNS}, ms`,
);
await benchManifest('default');
await benchManifest('clean');
console.log(`\npeak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
