import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { FilmFrame } from './y4m-film.ts';

/** A webcam's picture. */
export const frameSize = { width: 640, height: 480 } as const;

/**
 * Faces in the demo photos of a package, middle, height and tip of the nose in pixels: one woman on two occasions, and
 * another one.
 */
const demoFaces = {
  laughing: { sample: 1, x: 1562, y: 318, height: 230, nose: { x: 1554, y: 338 } },
  smiling: { sample: 3, x: 1175, y: 370, height: 330, nose: { x: 1136, y: 383 } },
  blonde: { sample: 3, x: 694, y: 468, height: 310, nose: { x: 659, y: 485 } },
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

/** What turns stays in its place at this depth, in face heights: between eyes and ears. */
const axisDepth = 0.32;

/**
 * How far a point of a face stands out towards the camera from the axis it turns about, in face heights, by its place
 * from the middle of the face and from the tip of the nose: a head that falls off to its edge, and the ridge of the nose.
 */
const depthOf = (x: number, y: number, noseX: number, noseY: number): number => {
  const head = 0.4 * Math.exp(-((x / 0.42) ** 2 + (y / 0.6) ** 2));
  const nose = 0.16 * Math.exp(-((noseX / 0.1) ** 2 + ((noseY + 0.03) / 0.14) ** 2));
  return head + nose - axisDepth;
};

/** Degrees a person turns to either side, and up and down. */
const turns = { yaw: 9, pitch: 3 } as const;
const radians = Math.PI / 180;

/** Draws a person from a photo, moved and turned a little: what stands out moves sideways more. */
const paintPerson = (frame: FilmFrame, photo: Photo, face: DemoFace, at: Placement, moment: number): void => {
  const { width, height, rgb } = frame;
  const source = demoFaces[face];
  const zoom = (source.height / (at.height * height)) * (1 + 0.025 * sway(moment, 1.1));
  const middleX = at.x * width + 5 * sway(moment, 1.7);
  const middleY = at.y * height + 4 * sway(moment, 2.3);
  const turnX = source.height * Math.tan(turns.yaw * radians * sway(moment, 1.9));
  const turnY = source.height * Math.tan(turns.pitch * radians * sway(moment, 2.9));
  // What belongs to the person; a soft edge melts into the wall.
  const reachX = 0.78 * source.height;
  const reachY = 0.95 * source.height;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      const u = (x - middleX) * zoom;
      const v = (y - middleY) * zoom;
      const edge = Math.min(1, Math.max(0, 6 * (1 - (u / reachX) ** 2 - (v / reachY) ** 2)));
      if (edge === 0) continue;
      const depth = depthOf(
        u / source.height,
        v / source.height,
        (source.x + u - source.nose.x) / source.height,
        (source.y + v - source.nose.y) / source.height,
      );
      const sourceX = Math.min(photo.width - 2, Math.max(0, source.x + u - turnX * depth));
      const sourceY = Math.min(photo.height - 2, Math.max(0, source.y + v - turnY * depth));
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
