import { describe, expect, it } from 'vitest';
import { CLIENT_FILTER_NAMES, reduceKeylessBiometricFiltersToTriggered } from './biometric-filters.ts';
import { type DetectedFace, judgeFaces } from './client-filters.ts';

/** A square face by its centre and side, in pixels of a frame of 640 x 480. */
const faceAt = (x: number, y: number, side: number, score = 0.9): DetectedFace => ({
  x0: x - side / 2,
  y0: y - side / 2,
  x1: x + side / 2,
  y1: y + side / 2,
  score,
  keypoints: [],
});

const triggered = (...faces: DetectedFace[]) =>
  reduceKeylessBiometricFiltersToTriggered(judgeFaces(faces, 640, 480));

describe('the page filters', () => {
  it('let a centred face of middle size pass', () => {
    expect(triggered(faceAt(320, 240, 200))).toEqual([]);
  });

  it('see no face, and none that is too uncertain', () => {
    expect(triggered()).toEqual(['FaceAbsent']);
    expect(triggered(faceAt(320, 240, 200, 0.59))).toEqual(['FaceAbsent']);
  });

  it('see a second face, but not somebody far behind', () => {
    expect(triggered(faceAt(320, 240, 200), faceAt(560, 240, 120))).toEqual(['FaceMultiple']);
    expect(triggered(faceAt(320, 240, 200), faceAt(560, 240, 60))).toEqual([]);
  });

  it('see a face off the centre', () => {
    expect(triggered(faceAt(320 + 119, 240, 200))).toEqual([]);
    expect(triggered(faceAt(320 + 121, 240, 200))).toEqual(['FaceOffCenter']);
  });

  it('see a face that the frame cuts off', () => {
    expect(triggered(faceAt(320, 120, 240))).toEqual([]);
    expect(triggered(faceAt(320, 125, 290))).toEqual(['FacePartial']);
  });

  it('see a face too large and too small, in shorter sides of the frame', () => {
    expect(triggered(faceAt(320, 240, 0.73 * 480))).toEqual(['FaceTooLarge']);
    expect(triggered(faceAt(320, 240, 0.71 * 480))).toEqual([]);
    expect(triggered(faceAt(320, 240, 0.19 * 480))).toEqual(['FaceTooSmall']);
    expect(triggered(faceAt(320, 240, 0.21 * 480))).toEqual([]);
  });

  it('always tell of all six, in one order, each with value and threshold', () => {
    for (const faces of [[], [faceAt(320, 240, 200)]]) {
      const filters = judgeFaces(faces, 640, 480);
      expect(filters.map(({ name }) => name)).toEqual(CLIENT_FILTER_NAMES);
      expect(filters.every(({ value, threshold }) => Number.isFinite(value) && threshold > 0)).toBe(true);
    }
  });

  it('judge the largest face, not the most certain', () => {
    expect(triggered(faceAt(100, 100, 70, 0.95), faceAt(320, 240, 200, 0.8))).toEqual(['FaceMultiple']);
  });
});

describe('reduceKeylessBiometricFiltersToTriggered', () => {
  it('gives an empty list for none and for nothing', () => {
    expect(reduceKeylessBiometricFiltersToTriggered([])).toEqual([]);
    expect(reduceKeylessBiometricFiltersToTriggered(undefined)).toEqual([]);
  });
});
