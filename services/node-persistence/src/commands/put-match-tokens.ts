import {
  type EndpointInput,
  type putMatchTokens as putMatchTokensEndpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import { decodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';
import { distinctMatchTokens } from './distinct-match-tokens.ts';

/** @throws RecognizeError CONFLICT if an index holds another hash or was used up, or the device is gone */
export const putMatchTokens = async (
  { store }: CommandContext,
  { userId, deviceId, tokens }: EndpointInput<typeof putMatchTokensEndpoint>['body'],
): Promise<undefined> => {
  const decoded = tokens.map(({ circuitIndex, tokenHash }) => ({
    circuitIndex,
    tokenHash: decodeBase64Field(tokenHash, '/tokens/tokenHash', 32),
  }));
  const outcome = await store.putMatchTokens(userId, deviceId, distinctMatchTokens(decoded));
  if (outcome !== 'stored') throw new RecognizeError('CONFLICT', { details: { reason: outcome } });
};
