import { bytesToBase64 } from '@openrecognize/bytes';
import type { RequestFreshness } from '@openrecognize/zkb/messages';
import type { RandomSource } from '@openrecognize/zkb/suite';
import type { Clock, DeviceSigner } from './device-transport.ts';

/** Fields every signed request carries. */
export interface SignedFields {
  readonly timestampMs: number;
  readonly requestNonce: string;
  readonly signature: string;
}

/** Signs a request under a fresh nonce; `signingInputOf` puts the tuple together (spec 04 §4.3). */
export const signRequest = async (
  signer: DeviceSigner,
  random: RandomSource,
  now: Clock,
  signingInputOf: (freshness: RequestFreshness) => Uint8Array,
): Promise<SignedFields> => {
  const freshness = { timestampMs: Math.floor(now()), requestNonce: random(16) };
  const signature = await signer.sign(signingInputOf(freshness));
  return {
    timestampMs: freshness.timestampMs,
    requestNonce: bytesToBase64(freshness.requestNonce),
    signature: bytesToBase64(signature),
  };
};
