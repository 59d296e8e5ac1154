import { describe, expect, it } from 'vitest';
import type { RgbImage } from './rgb-image.ts';
import { cropResize, warpAffine } from './sample.ts';

/** A picture whose channels are linear in x and y, which bilinear sampling reproduces exactly. */
const ramp = (width: number, height: number): RgbImage => {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([2 * x, 2 * y, x + y], 3 * (y * width + x));
  }
  return { width, height, data };
};

const image = ramp(100, 80);

describe('warpAffine', () => {
  it('samples a linear picture exactly where the map points', () => {
    const map = { a: 0.8, b: -0.3, c: 40, d: 0.3, e: 0.8, f: 20 };
    const out = new Float32Array(3 * 20 * 10);
    warpAffine(image, map, 20, 10, out, 'black');
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 20; x++) {
        const u = 0.8 * x - 0.3 * y + 40;
        const v = 0.3 * x + 0.8 * y + 20;
        const p = 3 * (y * 20 + x);
        expect(out[p]).toBeCloseTo(2 * u, 2);
        expect(out[p + 1]).toBeCloseTo(2 * v, 2);
        expect(out[p + 2]).toBeCloseTo(u + v, 2);
      }
    }
  });

  it.each([2, 2.7, 3.4])('keeps a linear picture linear where the map shrinks %f times', (scale) => {
    const cos = scale * Math.cos(0.3);
    const sin = scale * Math.sin(0.3);
    const out = new Float32Array(3 * 12 * 12);
    warpAffine(image, { a: cos, b: -sin, c: 30, d: sin, e: cos, f: 15 }, 12, 12, out, 'black');
    for (let y = 0; y < 12; y++) {
      for (let x = 0; x < 12; x++) {
        expect(Math.abs(out[3 * (y * 12 + x)] - 2 * (cos * x - sin * y + 30))).toBeLessThan(1.01);
        expect(Math.abs(out[3 * (y * 12 + x) + 1] - 2 * (sin * x + cos * y + 15))).toBeLessThan(1.01);
      }
    }
  });

  it('sees an even grey in fine stripes it shrinks', () => {
    const stripes: RgbImage = { width: 96, height: 96, data: new Uint8Array(3 * 96 * 96) };
    for (let p = 0; p < 96 * 96; p += 2) stripes.data.fill(255, 3 * p, 3 * p + 3);
    const out = new Float32Array(3 * 10 * 10);
    warpAffine(stripes, { a: 4, b: 0.02, c: 20, d: -0.02, e: 4, f: 20 }, 10, 10, out, 'black');
    for (const value of out) expect(Math.abs(value - 127.5)).toBeLessThan(1);
  });

  it('reads a picture smaller than one block without leaving it', () => {
    const dot: RgbImage = { width: 2, height: 2, data: new Uint8Array(12).fill(200) };
    const out = new Float32Array(3 * 4 * 4);
    warpAffine(dot, { a: 9, b: 0, c: -20, d: 0, e: 9, f: -20 }, 4, 4, out, 'nearest');
    expect([...out]).toEqual(new Array(48).fill(200));
  });
});

describe('cropResize', () => {
  it.each([1, 2, 3, 5, 8])('keeps a linear picture linear when it shrinks %i times', (factor) => {
    const side = Math.floor(40 / factor);
    const out = new Float32Array(3 * side * side);
    cropResize(
      image,
      { x: 10, y: 20, width: side * factor, height: side * factor },
      side,
      side,
      out,
      'black',
    );
    const middle = (factor - 1) / 2;
    for (let i = 0; i < side; i++) {
      expect(Math.abs(out[3 * i] - 2 * (10 + i * factor + middle))).toBeLessThan(1.01);
      expect(Math.abs(out[3 * i * side + 1] - 2 * (20 + i * factor + middle))).toBeLessThan(1.01);
    }
  });

  it.each([1, 4])('paints black or repeats the edge outside, shrinking %i times', (factor) => {
    const white: RgbImage = { width: 40, height: 40, data: new Uint8Array(3 * 1600).fill(255) };
    const box = { x: -40, y: -40, width: 80, height: 80 };
    const side = 80 / factor;
    const out = new Float32Array(3 * side * side);
    cropResize(white, box, side, side, out, 'black');
    expect([out[0], out[out.length - 1]]).toEqual([0, 255]);
    cropResize(white, box, side, side, out, 'nearest');
    expect([out[0], out[out.length - 1]]).toEqual([255, 255]);
  });
});
