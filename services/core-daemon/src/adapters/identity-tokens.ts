import { RecognizeError } from '@openrecognize/contracts';
import {
  createIdentityTokenVerifier,
  IdentityTokenError,
  type IdentityTokenVerifier,
  VerifierUnavailableError,
} from '@openrecognize/verify/identity-token';
import type { IdentityProvider, IdentityTokens } from '../ports/identity-tokens.ts';

/** Providers whose keys are remembered, the oldest dropped first. */
const maxProviders = 1_000;

const failureOf = (cause: unknown): unknown => {
  if (cause instanceof IdentityTokenError) return new RecognizeError('IAM_TOKEN_INVALID', { cause });
  const isProviderFault = cause instanceof VerifierUnavailableError || cause instanceof TypeError;
  return isProviderFault ? new RecognizeError('SERVICE_UNAVAILABLE', { cause }) : cause;
};

/** One verifier for each provider that a tenant names. @param now milliseconds since the epoch. */
export const createIdentityTokens = (now: () => number): IdentityTokens => {
  const verifiers = new Map<string, IdentityTokenVerifier>();
  const verifierOf = ({ openidConfigurationUrl, audience }: IdentityProvider): IdentityTokenVerifier => {
    const key = JSON.stringify([openidConfigurationUrl, audience]);
    const known = verifiers.get(key);
    if (known) return known;
    const made = createIdentityTokenVerifier({ openidConfigurationUrl, audience, clock: now });
    verifiers.set(key, made);
    const oldest = verifiers.keys().next();
    if (verifiers.size > maxProviders && !oldest.done) verifiers.delete(oldest.value);
    return made;
  };
  return {
    subjectOf: async (provider, token) => {
      try {
        return (await verifierOf(provider).verify(token)).subject;
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
};
