import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Frame } from '../src/index.ts';

/** A decoded picture and the file it is from. */
export interface Photo extends Frame {
  readonly file: string;
}

const demo = join(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'), '..', 'demo');

/** Some pictures of the labelled faces, where there are any. */
function labelledFaces(): string[] {
  const facesDir = process.env['FACES_DIR'];
  if (facesDir === undefined) {
    console.log('skipped: FACES_DIR is not set, so no detection on the labelled faces');
    return [];
  }
  const files = readdirSync(facesDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.jpe?g$/i.test(file))
    .sort();
  return files.filter((_, i) => i % Math.ceil(files.length / 40) === 0).map((file) => join(facesDir, file));
}

export const photoFiles: readonly string[] = [
  ...readdirSync(demo)
    .filter((file) => file.endsWith('.jpg'))
    .sort()
    .map((file) => join(demo, file)),
  ...labelledFaces(),
];

/** Decodes a picture, at most `side` pixels wide and high. */
export async function readPhoto(file: string, side: number): Promise<Photo> {
  const picture = sharp(file)
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  return { file, pixels: data, width: info.width, height: info.height };
}
