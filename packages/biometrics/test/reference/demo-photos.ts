import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** One face in the demo photos of the npm package `@vladmandic/face-api`. */
export interface DemoFace {
  readonly sample: number;
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

const demoFolder = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);

/** Path of a whole demo photo (1920 pixels wide, three to five people). */
export const demoPhoto = (sample: number): string => join(demoFolder, `sample${sample}.jpg`);

/** Faces that pass every filter; the first two are the same person on two occasions. */
export const DEMO_FACES = {
  laughing: { sample: 1, x: 1379, y: 138, side: 367 },
  smiling: { sample: 3, x: 906, y: 89, side: 538 },
  blonde: { sample: 3, x: 447, y: 221, side: 495 },
  leftInRow: { sample: 6, x: 98, y: 366, side: 516 },
  rightInRow: { sample: 6, x: 1321, y: 140, side: 538 },
  secondInRow: { sample: 6, x: 518, y: 215, side: 527 },
  onStairs: { sample: 5, x: 659, y: 25, side: 398 },
  pensive: { sample: 4, x: 565, y: 8, side: 373 },
} as const satisfies Record<string, DemoFace>;

/** Faces that one filter each must refuse. */
export const REFUSED_FACES = {
  profile: { sample: 2, x: 197, y: 9, side: 516 },
  eyesClosed: { sample: 2, x: 1337, y: 53, side: 427 },
  noFace: { sample: 4, x: 976, y: 934, side: 361 },
} as const satisfies Record<string, DemoFace>;

/** The crop around a face, ready for another turn of sharp. */
export const cropFace = ({ sample, x, y, side }: DemoFace): Sharp =>
  sharp(demoPhoto(sample)).extract({ left: x, top: y, width: side, height: side });

/** The crop as JPEG. */
export const faceJpeg = (face: DemoFace): Promise<Buffer> => cropFace(face).jpeg({ quality: 95 }).toBuffer();
