import type {
  EndpointInput,
  EndpointOutput,
  useTokenOnce as useTokenOnceEndpoint,
} from '@openrecognize/contracts';
import { decodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError BAD_REQUEST for a hash that is no canonical base64 of 32 bytes */
export const useTokenOnce = async (
  { store }: CommandContext,
  { tokenSha256, expiresAtMs }: EndpointInput<typeof useTokenOnceEndpoint>['body'],
): Promise<EndpointOutput<typeof useTokenOnceEndpoint>> => ({
  fresh: await store.useTokenOnce(decodeBase64Field(tokenSha256, '/tokenSha256', 32), expiresAtMs),
});
