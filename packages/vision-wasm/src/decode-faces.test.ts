import { describe, expect, it } from 'vitest';
import { decodeFaces, headsAt } from './decode-faces.ts';

const HEAD_16_BYTES = 4 * 36 * 256;

/** Heads without any face, and the planes to plant some. */
function emptyHeads() {
  const buffer = new ArrayBuffer(HEAD_16_BYTES + 4 * 104 * 64);
  const heads = headsAt(buffer, 0, HEAD_16_BYTES);
  for (const { planes } of heads) planes.fill(-100);
  return heads;
}

describe('decodeFaces', () => {
  it('counts boxes and key points from the middle of their cell, in pixels of the frame', () => {
    const heads = emptyHeads();
    const { planes } = heads[0];
    // Anchor 1 of the cell in column 3, row 5 of 16.
    const cell = 5 * 16 + 3;
    planes[256 + cell] = 0;
    const values = [1, -2, 20, 30, ...Array.from({ length: 12 }, (_, i) => i)];
    values.forEach((value, v) => {
      planes[(2 + 16 + v) * 256 + cell] = value;
    });
    // A frame of 512 x 384: one pixel of the input is 4 of the frame, the letterbox begins 64 above it.
    const [face, ...others] = decodeFaces(heads, { x: 0, y: -64, side: 512 }, 0.5);
    expect(others).toEqual([]);
    expect(face.score).toBe(0.5);
    const anchor = { x: (3.5 / 16) * 512, y: -64 + (5.5 / 16) * 512 };
    expect(face.x0).toBeCloseTo(anchor.x + 4 - 40);
    expect(face.x1).toBeCloseTo(anchor.x + 4 + 40);
    expect(face.y0).toBeCloseTo(anchor.y - 8 - 60);
    expect(face.y1).toBeCloseTo(anchor.y - 8 + 60);
    expect(face.keypoints.map(({ x }) => (x - anchor.x) / 4)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(face.keypoints.map(({ y }) => (y - anchor.y) / 4)).toEqual([1, 3, 5, 7, 9, 11]);
  });

  it('reads the last anchor of the coarse grid, and takes what reaches the least score alone', () => {
    const heads = emptyHeads();
    const { planes } = heads[1];
    planes[5 * 64 + 63] = 1;
    for (let v = 0; v < 16; v++) planes[(6 + 5 * 16 + v) * 64 + 63] = v === 2 || v === 3 ? 8 : 0;
    const box = { x: 0, y: 0, side: 128 };
    const [face] = decodeFaces(heads, box, 0.7);
    expect(face.x0).toBeCloseTo(120 - 4);
    expect(face.score).toBeCloseTo(1 / (1 + Math.exp(-1)));
    expect(decodeFaces(heads, box, 0.74)).toEqual([]);
  });

  it('takes no face from values that are no numbers', () => {
    const heads = emptyHeads();
    for (const { planes } of heads) planes.fill(Number.NaN);
    expect(decodeFaces(heads, { x: 0, y: 0, side: 128 }, 0.5)).toEqual([]);
  });
});
