import type { Point } from '../../src/image/rgb-image.ts';
import { type FaceFrame, GRID_COLUMNS, GRID_ROWS, type RegionMean } from '../../src/liveness/face-frame.ts';

/** A point of a head, in eye distances: right, down, towards the camera. */
interface HeadPoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const arc = (count: number, place: (share: number) => HeadPoint, lastShare = 1): readonly HeadPoint[] =>
  Array.from({ length: count }, (_, i) => place((i / Math.max(1, count - 1)) * lastShare));

const ellipse = (count: number, x: number, y: number, width: number, height: number, z: number) =>
  arc(
    count,
    (share) => ({
      x: x - width * Math.cos(2 * Math.PI * share),
      y: y - height * Math.sin(2 * Math.PI * share),
      z,
    }),
    1 - 1 / count,
  );

/** 68 points of a schematic head; `lidHeight` is half an open eye. */
const head = (lidHeight: number): readonly HeadPoint[] => [
  ...arc(17, (s) => ({ x: -1.1 * Math.cos(Math.PI * s), y: 0.2 + 1.7 * Math.sin(Math.PI * s), z: -0.8 })),
  ...arc(5, (s) => ({ x: -0.85 + 0.6 * s, y: -0.35, z: 0.1 })),
  ...arc(5, (s) => ({ x: 0.25 + 0.6 * s, y: -0.35, z: 0.1 })),
  ...arc(4, (s) => ({ x: 0, y: 0.1 + 0.6 * s, z: 0.2 + 0.4 * s })),
  ...arc(5, (s) => ({ x: -0.25 + 0.5 * s, y: 0.85, z: 0.3 })),
  ...ellipse(6, -0.5, 0, 0.18, lidHeight, 0),
  ...ellipse(6, 0.5, 0, 0.18, lidHeight, 0),
  ...ellipse(12, 0, 1.3, 0.45, 0.18, 0.15),
  ...ellipse(8, 0, 1.3, 0.35, 0.08, 0.15),
];

/** How a head, or a flat picture of one, stands before the camera. Angles in degrees. */
export interface HeadView {
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  /** Pixels. */
  readonly shift?: Point;
  readonly scale?: number;
  readonly lidHeight?: number;
  /** All points in one plane: a picture of a face. */
  readonly flat?: boolean;
}

const EYE_DISTANCE_PIXELS = 80;
const OPEN_LIDS = 0.07;

const landmarksOf = (view: HeadView): readonly Point[] => {
  const radians = (degrees = 0): number => (degrees * Math.PI) / 180;
  const [yaw, pitch, roll] = [radians(view.yaw), radians(view.pitch), radians(view.roll)];
  const scale = EYE_DISTANCE_PIXELS * (view.scale ?? 1);
  const shift = view.shift ?? { x: 0, y: 0 };
  return head(view.lidHeight ?? OPEN_LIDS).map((point) => {
    const z = view.flat ? 0 : point.z;
    const x = point.x * Math.cos(yaw) + z * Math.sin(yaw);
    const depth = z * Math.cos(yaw) - point.x * Math.sin(yaw);
    const y = point.y * Math.cos(pitch) - depth * Math.sin(pitch);
    return {
      x: 320 + shift.x + scale * (x * Math.cos(roll) - y * Math.sin(roll)),
      y: 200 + shift.y + scale * (x * Math.sin(roll) + y * Math.cos(roll)),
    };
  });
};

const SKIN: RegionMean = { red: 180, green: 140, blue: 120 };
const WALL: RegionMean = { red: 120, green: 118, blue: 110 };

/** Colours of the regions of a frame. */
export interface FrameColours {
  readonly skin?: RegionMean;
  readonly wall?: RegionMean;
}

/** A frame of the schematic head in a picture of 640 x 480 pixels. */
export const headFrame = (view: HeadView = {}, colours: FrameColours = {}): FaceFrame => {
  const skin = colours.skin ?? SKIN;
  const wall = colours.wall ?? WALL;
  const shift = view.shift ?? { x: 0, y: 0 };
  return {
    width: 640,
    height: 480,
    faceBox: { x: 230 + shift.x, y: 150 + shift.y, width: 180, height: 180 },
    landmarks: landmarksOf(view),
    forehead: skin,
    leftCheek: skin,
    rightCheek: skin,
    colourGrid: Float32Array.from({ length: 3 * GRID_COLUMNS * GRID_ROWS }, (_, i) =>
      i % 3 === 0 ? wall.red : i % 3 === 1 ? wall.green : wall.blue,
    ),
  };
};
