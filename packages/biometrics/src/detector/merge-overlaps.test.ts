import { describe, expect, it } from 'vitest';
import type { FaceDetection } from './face-detection.ts';
import { mainFace } from './main-face.ts';
import { boxOverlap, mergeOverlaps } from './merge-overlaps.ts';

const face = (x: number, y: number, side: number, score: number): FaceDetection => ({
  score,
  box: { x, y, width: side, height: side },
  keypoints: [{ x, y }],
});

describe('boxOverlap', () => {
  it('is the shared area over the covered area', () => {
    const box = { x: 0, y: 0, width: 10, height: 10 };
    expect(boxOverlap(box, box)).toBe(1);
    expect(boxOverlap(box, { ...box, x: 5 })).toBeCloseTo(50 / 150);
    expect(boxOverlap(box, { ...box, x: 10 })).toBe(0);
  });
});

describe('mergeOverlaps', () => {
  it('blends overlapping candidates by their scores and keeps others apart, best first', () => {
    const merged = mergeOverlaps([face(200, 0, 50, 0.7), face(2, 0, 100, 0.6), face(0, 0, 100, 0.9)]);
    expect(merged.map(({ score }) => score)).toEqual([0.9, 0.7]);
    expect(merged[0].box.x).toBeCloseTo((2 * 0.6) / 1.5);
    expect(merged[0].keypoints[0].x).toBeCloseTo((2 * 0.6) / 1.5);
    expect(merged[1].box.x).toBeCloseTo(200);
  });

  it('finds no face among no candidates', () => {
    expect(mergeOverlaps([])).toEqual([]);
  });
});

// Covers BC-4.
describe('mainFace', () => {
  const image = { width: 300, height: 300, data: new Uint8Array(0) };

  it('is the largest of the central faces', () => {
    const central = face(110, 110, 80, 0.7);
    const larger = face(100, 100, 100, 0.6);
    expect(mainFace(image, [central, larger])).toBe(larger);
  });

  it('is not a slightly larger face at the edge', () => {
    const central = face(110, 110, 80, 0.7);
    const edge = face(0, 0, 95, 0.9);
    expect(mainFace(image, [edge, central])).toBe(central);
  });

  it('does not exist without faces', () => {
    expect(mainFace(image, [])).toBeUndefined();
  });
});
