import { describe, expect, it } from 'vitest';
import { fitLogistic, logOdds } from './logistic-regression.ts';

describe('logistic regression', () => {
  const example = (value: number, noise: number, live: boolean) => ({
    features: [value, noise],
    live,
    weight: 1,
  });

  it('finds the boundary and ignores a feature that says nothing', () => {
    const examples = [-2, -1, -0.5, 0.5, 1, 2].flatMap((x, i) => [
      example(10 + x, i % 2, x > 0),
      example(10 + x, 1 - (i % 2), x > 0),
    ]);
    const model = fitLogistic(examples);
    expect(logOdds(model, [10, 0.5])).toBeCloseTo(0, 2);
    expect(logOdds(model, [11, 0.5])).toBeGreaterThan(2);
    expect(Math.abs(model.weights[1])).toBeLessThan(0.01);
  });

  it('never lets more of a cue count against a person', () => {
    const model = fitLogistic([example(1, 0, true), example(2, 1, false), example(3, 0, false)]);
    expect(model.weights[0]).toBe(0);
  });

  it('follows the weights of the examples', () => {
    const balance = (weight: number): number =>
      fitLogistic([
        { features: [0], live: true, weight },
        { features: [0], live: false, weight: 1 },
      ]).offset;
    expect(balance(1)).toBeCloseTo(0, 6);
    expect(balance(3)).toBeCloseTo(Math.log(3), 3);
  });
});
