import { describe, expect, it } from 'vitest';
import { attackErrors, equalErrorPoint, liveErrors } from './error-rates.ts';

describe('error rates', () => {
  it('count attacks at or above the threshold and genuine ones below', () => {
    expect(attackErrors([0.1, 0.5, 0.9], 0.5)).toMatchObject({ errors: 2, trials: 3 });
    expect(liveErrors([0.1, 0.5, 0.9], 0.5)).toMatchObject({ errors: 1, trials: 3 });
  });

  it('are equal at the threshold between the one pair that is in the wrong order', () => {
    const point = equalErrorPoint([0.4, 0.7, 0.8, 0.9], [0.1, 0.2, 0.3, 0.6])!;
    expect(point.share).toBe(0.25);
    expect(point.threshold).toBeGreaterThan(0.4);
    expect(point.threshold).toBeLessThanOrEqual(0.6);
  });

  it('are zero at a threshold that separates, and undefined without one of both', () => {
    expect(equalErrorPoint([0.8, 0.9], [0.1, 0.2])).toMatchObject({ share: 0, threshold: 0.5 });
    expect(equalErrorPoint([0.8], [])).toBeUndefined();
  });
});
