import { shapeOf } from '@openrecognize/biometrics';
import type { Observation } from './observe.ts';

/** What a degree does to each landmark, in units of `TURN_PROFILE_UNIT` of the package. */
export interface AxisProfile {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface TurnProfile {
  readonly yaw: AxisProfile;
  readonly pitch: AxisProfile;
  /** Photos and people it was learned from. */
  readonly photos: number;
  readonly people: number;
}

const UNITS_PER_EYE_DISTANCE = 1e5;

interface PosedShape {
  readonly yaw: number;
  readonly pitch: number;
  /** All x, then all y, in eye distances. */
  readonly points: readonly number[];
}

const posedShape = ({ frame, pose }: Observation): PosedShape | undefined => {
  if (pose === undefined) return undefined;
  const shape = shapeOf(frame.landmarks);
  const points = [...shape.map(({ x }) => x), ...shape.map(({ y }) => y)];
  return { yaw: pose.yawDegrees, pitch: pose.pitchDegrees, points };
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Against the mean of one person: what is left are pose, expression and noise, and no face. */
const withoutMean = (shapes: readonly PosedShape[]): PosedShape[] => {
  const yaw = mean(shapes.map((shape) => shape.yaw));
  const pitch = mean(shapes.map((shape) => shape.pitch));
  const points = shapes[0].points.map((_, i) => mean(shapes.map((shape) => shape.points[i])));
  return shapes.map((shape) => ({
    yaw: shape.yaw - yaw,
    pitch: shape.pitch - pitch,
    points: shape.points.map((value, i) => value - points[i]),
  }));
};

/**
 * Least squares of the landmarks on yaw and pitch of the pose network, over the differences between several photos of
 * each person.
 */
export const learnTurnProfile = (people: readonly (readonly Observation[])[]): TurnProfile => {
  const several = people
    .map((photos) => photos.map(posedShape).filter((shape) => shape !== undefined))
    .filter((shapes) => shapes.length > 1);
  const moved = several.flatMap(withoutMean);
  const sum = (term: (shape: PosedShape) => number): number =>
    moved.reduce((total, shape) => total + term(shape), 0);
  const yy = sum(({ yaw }) => yaw * yaw);
  const yp = sum(({ yaw, pitch }) => yaw * pitch);
  const pp = sum(({ pitch }) => pitch * pitch);
  const area = yy * pp - yp * yp;
  const slopes = moved[0].points.map((_, i) => {
    const y = sum(({ yaw, points }) => yaw * points[i]);
    const p = sum(({ pitch, points }) => pitch * points[i]);
    return { yaw: (y * pp - p * yp) / area, pitch: (p * yy - y * yp) / area };
  });
  const half = slopes.length / 2;
  const axis = (name: 'yaw' | 'pitch'): AxisProfile => {
    const units = slopes.map((slope) => Math.round(slope[name] * UNITS_PER_EYE_DISTANCE));
    return { x: units.slice(0, half), y: units.slice(half) };
  };
  return { yaw: axis('yaw'), pitch: axis('pitch'), photos: moved.length, people: several.length };
};

/** The table of `packages/biometrics/src/liveness/turn-profile.ts`; the formatter breaks its lines. */
export const turnProfileText = ({ yaw, pitch, photos, people }: TurnProfile): string => {
  const constant = (name: string, { x, y }: AxisProfile): string =>
    `export const ${name}: TurnProfile = {\n  x: [${x.join(', ')}],\n  y: [${y.join(', ')}],\n};`;
  return [
    '/** What a degree of turning does to each of 68 landmarks, in `TURN_PROFILE_UNIT`. */',
    'export interface TurnProfile {\n  readonly x: readonly number[];\n  readonly y: readonly number[];\n}\n',
    '/** Eye distances. */',
    'export const TURN_PROFILE_UNIT = 1e-5;\n',
    `// Made by \`npm run pad -- --profile\` of ${photos} photos of ${people} people; docs/benchmarks/pad.md.`,
    '/** Of yaw. */',
    constant('YAW_PROFILE', yaw),
    '',
    '/** Of pitch. */',
    constant('PITCH_PROFILE', pitch),
    '',
  ].join('\n');
};
