import { describe, expect, it } from 'vitest';
import { createBudget } from './message-budget.ts';
import { createPlaces } from './places.ts';

describe('places (WS-13)', () => {
  it('are taken by key up to the limit and come back once each', () => {
    const places = createPlaces<string>(2);
    const first = places.take('a');
    places.take('a');
    expect(() => places.take('a')).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }));
    places.take('b');
    first();
    first();
    places.take('a');
    expect(() => places.take('a')).toThrow();
  });
});

describe('a message budget', () => {
  it('lets a burst pass, then as many as time brings back, and never more than the burst', () => {
    let nowMs = 0;
    const budget = createBudget({ burst: 3, perSecond: 2 }, () => nowMs);
    const spendAll = () => {
      let spent = 0;
      while (budget.spend()) spent++;
      return spent;
    };
    expect(spendAll()).toBe(3);
    nowMs = 1_000;
    expect(spendAll()).toBe(2);
    nowMs = 60_000;
    expect(spendAll()).toBe(3);
    nowMs = 0;
    expect(spendAll()).toBe(0);
  });
});
