import { describe, expect, it } from 'vitest';
import { detPlot, probit } from './det-plot.ts';

describe('probit', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963985],
    [0.01, -2.326347874],
    [1e-5, -4.264890794],
  ])('of %f is %f', (p, quantile) => {
    expect(probit(p)).toBeCloseTo(quantile, 6);
  });
});

describe('detPlot', () => {
  it('draws one line per series, falling from left to right', () => {
    const curves = {
      falseAccept: Float64Array.of(0, 1e-4, 1e-3, 1e-2, 0.2, 1),
      trueAccept: Float64Array.of(0.5, 0.9, 0.95, 0.98, 0.995, 1),
      genuinePairs: 100,
      impostorPairs: 1000,
    };
    const svg = detPlot('A plot', [{ title: 'code', colour: 'red', curves }]);
    const points = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, list]) => list.split(' '));
    expect(points).toHaveLength(1);
    const coordinates = points[0].map((point) => point.split(',').map(Number));
    expect(coordinates).toHaveLength(4);
    for (let i = 1; i < coordinates.length; i++) {
      expect(coordinates[i][0]).toBeGreaterThan(coordinates[i - 1][0]);
      expect(coordinates[i][1]).toBeGreaterThan(coordinates[i - 1][1]);
    }
  });
});
