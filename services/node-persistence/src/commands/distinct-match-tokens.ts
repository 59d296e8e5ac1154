import { RecognizeError } from '@openrecognize/contracts';
import type { MatchToken } from '../ports/match-token-store.ts';

/**
 * Each index once.
 *
 * @throws RecognizeError CONFLICT if one index comes with two hashes
 */
export const distinctMatchTokens = (tokens: readonly MatchToken[]): readonly MatchToken[] => {
  const byIndex = new Map<number, MatchToken>();
  for (const token of tokens) {
    const earlier = byIndex.get(token.circuitIndex);
    if (earlier === undefined) byIndex.set(token.circuitIndex, token);
    else if (Buffer.compare(earlier.tokenHash, token.tokenHash) !== 0) throw new RecognizeError('CONFLICT');
  }
  return [...byIndex.values()];
};
