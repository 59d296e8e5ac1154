import { describe, expect, it } from 'vitest';
import type { FaceBox } from './face-box.ts';
import { boxOverlap, mergeOverlaps } from './merge-overlaps.ts';

const face = (x0: number, y0: number, side: number, score: number): FaceBox => ({
  score,
  x0,
  y0,
  x1: x0 + side,
  y1: y0 + side,
  keypoints: [{ x: x0, y: y0 }],
});

describe('boxOverlap', () => {
  it('is the shared area over the covered area', () => {
    expect(boxOverlap(face(0, 0, 10, 1), face(0, 0, 10, 1))).toBe(1);
    expect(boxOverlap(face(0, 0, 10, 1), face(5, 0, 10, 1))).toBeCloseTo(50 / 150);
    expect(boxOverlap(face(0, 0, 10, 1), face(10, 0, 10, 1))).toBe(0);
    expect(boxOverlap(face(0, 0, 10, 1), face(0, -30, 10, 1))).toBe(0);
  });
});

describe('mergeOverlaps', () => {
  it('blends overlapping candidates by their scores and keeps others apart, best first', () => {
    const merged = mergeOverlaps([face(200, 0, 50, 0.7), face(2, 4, 100, 0.6), face(0, 0, 100, 0.9)]);
    expect(merged.map(({ score }) => score)).toEqual([0.9, 0.7]);
    expect(merged[0].x0).toBeCloseTo((2 * 0.6) / 1.5);
    expect(merged[0].y1).toBeCloseTo(100 + (4 * 0.6) / 1.5);
    expect(merged[0].keypoints[0].y).toBeCloseTo((4 * 0.6) / 1.5);
    expect(merged[1].x0).toBeCloseTo(200);
  });

  it('does not chain: what overlaps only a lesser candidate is a face of its own', () => {
    const merged = mergeOverlaps([face(0, 0, 100, 0.9), face(40, 0, 100, 0.8), face(80, 0, 100, 0.7)]);
    expect(merged.map(({ score }) => score)).toEqual([0.9, 0.7]);
  });

  it('finds no face among no candidates', () => {
    expect(mergeOverlaps([])).toEqual([]);
  });
});
