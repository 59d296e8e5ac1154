import { expect, it } from 'vitest';
import { distinctMatchTokens } from './distinct-match-tokens.ts';

const token = (circuitIndex: number, fill: number) => ({
  circuitIndex,
  tokenHash: new Uint8Array(32).fill(fill),
});

it('keeps one of several equal tokens', () => {
  expect(distinctMatchTokens([token(1, 1), token(2, 2), token(1, 1)])).toEqual([token(1, 1), token(2, 2)]);
});

it('refuses two hashes for one index', () => {
  expect(() => distinctMatchTokens([token(1, 1), token(1, 2)])).toThrow(
    expect.objectContaining({ code: 'CONFLICT' }),
  );
});
