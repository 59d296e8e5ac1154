import type { Point } from '../image/rgb-image.ts';
import { meanShape } from './landmark-shape.ts';
import { PITCH_PROFILE, TURN_PROFILE_UNIT, type TurnProfile, YAW_PROFILE } from './turn-profile.ts';

/** One number for each landmark and axis. */
interface Field {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

const takeAway = (from: Float64Array, unit: Float64Array): void => {
  const share = dot(from, unit);
  for (let i = 0; i < from.length; i++) from[i] -= share * unit[i];
};

/** 1, x, y, xx, xy and yy over the points of a shape, made orthonormal (modified Gram-Schmidt). */
const quadratics = (shape: readonly Point[]): readonly Float64Array[] => {
  const basis: Float64Array[] = [];
  const terms: ((point: Point) => number)[] = [
    () => 1,
    ({ x }) => x,
    ({ y }) => y,
    ({ x }) => x * x,
    ({ x, y }) => x * y,
    ({ y }) => y * y,
  ];
  for (const term of terms) {
    const values = Float64Array.from(shape, term);
    for (const unit of basis) takeAway(values, unit);
    const length = Math.sqrt(dot(values, values));
    basis.push(values.map((value) => value / length));
  }
  return basis;
};

/** A profile without what a map of degree two could do to the shape. */
const beyondQuadratics = (profile: TurnProfile, basis: readonly Float64Array[]): Field => {
  const field = {
    x: Float64Array.from(profile.x, (value) => value * TURN_PROFILE_UNIT),
    y: Float64Array.from(profile.y, (value) => value * TURN_PROFILE_UNIT),
  };
  for (const unit of basis) {
    takeAway(field.x, unit);
    takeAway(field.y, unit);
  }
  return field;
};

const fieldDot = (a: Field, b: Field): number => dot(a.x, b.x) + dot(a.y, b.y);

/**
 * How far a head turned over some frames, in degrees: standard deviation of yaw and pitch together, as far as depth shows
 * it (spec 02 BC-21). The movement of the landmarks against their mean is fitted by what a degree of yaw and of pitch do
 * to them, each without the part that a plane picture could do by being moved, tilted or bent: maps of degree two. So a
 * picture leaves the noise of the landmarks alone. 0 for one shape again and again, and for less than two.
 *
 * @param shapes of `shapeOf`
 */
export const headTurnDegrees = (shapes: readonly (readonly Point[])[]): number => {
  if (shapes.length < 2) return 0;
  const mean = meanShape(shapes);
  const basis = quadratics(mean);
  const yaw = beyondQuadratics(YAW_PROFILE, basis);
  const pitch = beyondQuadratics(PITCH_PROFILE, basis);
  const [yy, yp, pp] = [fieldDot(yaw, yaw), fieldDot(yaw, pitch), fieldDot(pitch, pitch)];
  const area = yy * pp - yp * yp;
  let squares = 0;
  for (const shape of shapes) {
    let alongYaw = 0;
    let alongPitch = 0;
    for (let i = 0; i < mean.length; i++) {
      const x = shape[i].x - mean[i].x;
      const y = shape[i].y - mean[i].y;
      alongYaw += x * yaw.x[i] + y * yaw.y[i];
      alongPitch += x * pitch.x[i] + y * pitch.y[i];
    }
    squares +=
      ((alongYaw * pp - alongPitch * yp) / area) ** 2 + ((alongPitch * yy - alongYaw * yp) / area) ** 2;
  }
  return Math.sqrt(squares / (shapes.length - 1));
};
