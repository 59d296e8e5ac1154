import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { FilmFrame } from './y4m-film.ts';

/** A webcam's picture. */
export const frameSize = { width: 640, height: 480 } as const;

/** Faces in the demo photos of a package, middle and height in pixels: one woman on two occasions, and another one. */
const demoFaces = {
  laughing: { sample: 1, x: 1562, y: 318, height: 230 },
  smiling: { sample: 3, x: 1175, y: 370, height: 330 },
  blonde: { sample: 3, x: 694, y: 468, height: 310 },
} as const;
export type DemoFace = keyof typeof demoFaces;

interface Photo {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const photos = new Map<number, Promise<Photo>>();
const demoPhoto = (sample: number): Promise<Photo> => {
  const read = async (): Promise<Photo> => {
    const folder = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
    const { data, info } = await sharp(join(folder, `demo/sample${sample}.jpg`))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  };
  const photo = photos.get(sample) ?? read();
  photos.set(sample, photo);
  return photo;
};

/** How a face lies in the picture: middle and height in shares of its height; 0.5, 0.5 is the middle. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface PortraitScene {
  readonly faces: readonly { readonly face: DemoFace; readonly at: Placement }[];
  /** 1 as the photo is; less is darker. */
  readonly light?: number;
  /** Frames of the film; 1 is a photo that does not move. */
  readonly frames?: number;
}

/** Sways between -1 and 1; `pace` keeps movements from being in step. */
const sway = (moment: number, pace: number): number => Math.sin(moment * pace * 0.9 + pace * pace);

/** A wall with a weak pattern: a background that a camera would see. */
const paintWall = (frame: FilmFrame, moment: number): void => {
  const { width, height, rgb } = frame;
  const shift = 6 * sway(moment, 1.3);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      const shade = 150 + 26 * Math.sin((x + shift) / 37) + 22 * Math.cos((y + shift) / 29);
      rgb[p] = shade + 14;
      rgb[p + 1] = shade;
      rgb[p + 2] = shade - 22;
    }
  }
};

/** Draws a person from a photo, moved and with the middle of the face bulging sideways, as a head that turns a little. */
const paintPerson = (frame: FilmFrame, photo: Photo, face: DemoFace, at: Placement, moment: number): void => {
  const { width, height, rgb } = frame;
  const source = demoFaces[face];
  const zoom = (source.height / (at.height * height)) * (1 + 0.025 * sway(moment, 1.1));
  const middleX = at.x * width + 5 * sway(moment, 1.7);
  const middleY = at.y * height + 4 * sway(moment, 2.3);
  const bulgeX = 0.05 * source.height * sway(moment, 1.9);
  const bulgeY = 0.03 * source.height * sway(moment, 2.9);
  const spread = 2 * (0.2 * source.height) ** 2;
  // What belongs to the person; a soft edge melts into the wall.
  const reachX = 0.78 * source.height;
  const reachY = 0.95 * source.height;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      const u = (x - middleX) * zoom;
      const v = (y - middleY) * zoom;
      const edge = Math.min(1, Math.max(0, 6 * (1 - (u / reachX) ** 2 - (v / reachY) ** 2)));
      if (edge === 0) continue;
      const bulge = Math.exp(-(u * u + v * v) / spread);
      const sourceX = Math.min(photo.width - 2, Math.max(0, source.x + u - bulgeX * bulge));
      const sourceY = Math.min(photo.height - 2, Math.max(0, source.y + v - bulgeY * bulge));
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      const fx = sourceX - left;
      const fy = sourceY - top;
      const q = 3 * (top * photo.width + left);
      const below = q + 3 * photo.width;
      const { data } = photo;
      for (let c = 0; c < 3; c++) {
        const upper = (data[q + c] ?? 0) * (1 - fx) + (data[q + 3 + c] ?? 0) * fx;
        const lower = (data[below + c] ?? 0) * (1 - fx) + (data[below + 3 + c] ?? 0) * fx;
        rgb[p + c] = edge * (upper * (1 - fy) + lower * fy) + (1 - edge) * (rgb[p + c] ?? 0);
      }
    }
  }
};

/** People of the demo photos before a wall. Whoever has no recordings of real people can run this. */
export const filmPortraits = async ({
  faces,
  light = 1,
  frames = 12,
}: PortraitScene): Promise<readonly FilmFrame[]> => {
  const film: FilmFrame[] = [];
  for (let moment = 0; moment < frames; moment++) {
    const frame = { ...frameSize, rgb: new Uint8Array(3 * frameSize.width * frameSize.height) };
    paintWall(frame, moment);
    for (const { face, at } of faces) {
      paintPerson(frame, await demoPhoto(demoFaces[face].sample), face, at, moment);
    }
    if (light !== 1) for (let i = 0; i < frame.rgb.length; i++) frame.rgb[i] = (frame.rgb[i] ?? 0) * light;
    film.push(frame);
  }
  return film;
};

/** In the middle and near enough. */
export const inTheMiddle: Placement = { x: 0.5, y: 0.5, height: 0.45 };

/** The frames of a recording: pictures of one folder, in the order of their names. */
export const filmRecording = async (folder: string): Promise<readonly FilmFrame[]> =>
  Promise.all(
    readdirSync(folder)
      .sort()
      .map(async (file) => {
        const { width, height } = frameSize;
        const picture = sharp(join(folder, file)).resize(width, height, { fit: 'cover' }).removeAlpha();
        return { width, height, rgb: await picture.raw().toBuffer() };
      }),
  );

/** Part of a picture, in pixels: its middle and its height; as wide as a frame. */
export interface PictureWindow {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** A picture in a hand that is not quite still: the window sways and zooms over it. */
export const filmPicture = async (
  path: string,
  window: PictureWindow,
  frames = 12,
): Promise<readonly FilmFrame[]> => {
  const film: FilmFrame[] = [];
  for (let moment = 0; moment < frames; moment++) {
    const high = Math.round(window.height * (1 + 0.02 * sway(moment, 1.1)));
    const wide = Math.round((high * frameSize.width) / frameSize.height);
    const left = Math.max(0, Math.round(window.x - wide / 2 + 8 * sway(moment, 1.7)));
    const top = Math.max(0, Math.round(window.y - high / 2 + 6 * sway(moment, 2.3)));
    const picture = sharp(path)
      .extract({ left, top, width: wide, height: high })
      .resize(frameSize.width, frameSize.height, { fit: 'fill' });
    film.push({ ...frameSize, rgb: await picture.removeAlpha().raw().toBuffer() });
  }
  return film;
};
