import { describe, expect, it } from 'vitest';
import { canRetry, countdownText } from './result-steps.ts';

describe('countdownText', () => {
  it.each([
    [1, '0:01'],
    [59, '0:59'],
    [60, '1:00'],
    [598, '9:58'],
    [3_599, '59:59'],
    [3_600, '1:00:00'],
    [90_061, '25:01:01'],
  ])('tells %i seconds as %s', (seconds, text) => {
    expect(countdownText(seconds)).toBe(text);
  });
});

describe('canRetry', () => {
  it('is true where another attempt may succeed, and never on a phone that took over', () => {
    expect(canRetry('SERVER_FACE_DOES_NOT_MATCH', false)).toBe(true);
    expect(canRetry('SERVER_USER_NOT_FOUND', false)).toBe(false);
    expect(canRetry('SERVER_FACE_DOES_NOT_MATCH', true)).toBe(false);
  });
});
