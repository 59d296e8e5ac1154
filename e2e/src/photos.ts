import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { hasModelFiles, readModelManifest } from '@openrecognize/biometrics';
import sharp from 'sharp';

/** Whether the face models were fetched; without them nothing can look at a photo. */
export const hasFaceModels = (): boolean => hasModelFiles(readModelManifest('default'));

/** Faces in the demo photos of a package: the same woman on two occasions, and another one. */
const faces = {
  laughing: { sample: 1, left: 1379, top: 138, side: 367 },
  smiling: { sample: 3, left: 906, top: 89, side: 538 },
  blonde: { sample: 3, left: 447, top: 221, side: 495 },
} as const;

/** A portrait as JPEG. */
export const photoOf = (face: keyof typeof faces): Promise<Buffer> => {
  const folder = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
  const { sample, left, top, side } = faces[face];
  return sharp(join(folder, `demo/sample${sample}.jpg`))
    .extract({ left, top, width: side, height: side })
    .jpeg({ quality: 92 })
    .toBuffer();
};

/** A photo of a wall: JPEG of 300 by 300 pixels, without a face. */
export const photoOfNobody = (): Promise<Buffer> =>
  sharp({ create: { width: 300, height: 300, channels: 3, background: { r: 200, g: 120, b: 90 } } })
    .jpeg()
    .toBuffer();
