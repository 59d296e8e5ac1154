import { describe, expect, it } from 'vitest';
import { ARCFACE_112, alignFace, DLIB_150, fitSimilarity } from './aligner.ts';
import type { Point } from './image/rgb-image.ts';

const move = ({ x, y }: Point, scale: number, angle: number, dx: number, dy: number): Point => ({
  x: scale * (Math.cos(angle) * x - Math.sin(angle) * y) + dx,
  y: scale * (Math.sin(angle) * x + Math.cos(angle) * y) + dy,
});

describe('fitSimilarity', () => {
  it('recovers a turn, a scale and a shift', () => {
    const from = ARCFACE_112.targets;
    const map = fitSimilarity(
      from,
      from.map((point) => move(point, 2.5, 0.4, 30, -7)),
    );
    for (const point of [...from, { x: 0, y: 0 }, { x: 112, y: 50 }]) {
      const expected = move(point, 2.5, 0.4, 30, -7);
      expect(map.a * point.x + map.b * point.y + map.c).toBeCloseTo(expected.x, 8);
      expect(map.d * point.x + map.e * point.y + map.f).toBeCloseTo(expected.y, 8);
    }
  });

  it('is the best of all similarities for points that fit none', () => {
    const from = ARCFACE_112.targets;
    const to = from.map(({ x, y }, i) => ({ x: x + [3, -2, 1, 0, -2][i], y: y + [1, 2, -3, 1, 0][i] }));
    const fit = fitSimilarity(from, to);
    const error = (a: number, d: number, c: number, f: number): number =>
      from.reduce(
        (sum, p, i) => sum + (a * p.x - d * p.y + c - to[i].x) ** 2 + (d * p.x + a * p.y + f - to[i].y) ** 2,
        0,
      );
    const best = error(fit.a, fit.d, fit.c, fit.f);
    for (const e of [-0.01, 0.01]) {
      expect(error(fit.a + e, fit.d, fit.c, fit.f)).toBeGreaterThan(best);
      expect(error(fit.a, fit.d + e, fit.c, fit.f)).toBeGreaterThan(best);
      expect(error(fit.a, fit.d, fit.c + 10 * e, fit.f)).toBeGreaterThan(best);
      expect(error(fit.a, fit.d, fit.c, fit.f + 10 * e)).toBeGreaterThan(best);
    }
  });
});

// Covers BC-5.
describe('alignFace', () => {
  it.each([
    ['ArcFace', ARCFACE_112],
    ['dlib', DLIB_150],
  ])('brings marked landmarks to the targets of the %s template', (_, template) => {
    const landmarks = Array.from({ length: 68 }, () => ({ x: 0, y: 0 }));
    const data = new Uint8Array(3 * 300 * 300);
    template.targets.forEach((target, i) => {
      const at = move(target, 1.1, 0.5, 120, 40);
      for (const index of template.sources[i]) landmarks[index] = at;
      for (let y = -2; y <= 3; y++) {
        for (let x = -2; x <= 3; x++) data[3 * ((Math.floor(at.y) + y) * 300 + Math.floor(at.x) + x)] = 255;
      }
    });
    const aligned = alignFace({ width: 300, height: 300, data }, landmarks, template);
    for (const { x, y } of template.targets) {
      expect(aligned[3 * (Math.round(y) * template.side + Math.round(x))]).toBeGreaterThan(200);
    }
    expect(aligned[0]).toBe(0);
  });
});
