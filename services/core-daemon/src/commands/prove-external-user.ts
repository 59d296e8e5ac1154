import { type BeginEnrollmentRequest, RecognizeError, type TenantSettings } from '@openrecognize/contracts';
import type { Static } from 'typebox';
import type { IdentityTokens } from '../ports/identity-tokens.ts';

/** Who asks for an enrollment. */
export interface EnrollingCaller {
  readonly settings: Pick<Static<typeof TenantSettings>, 'openidConfigurationUrl' | 'openidAudience'>;
  /** Another service of this installation, which vouches for the external id itself. */
  readonly isService: boolean;
}

/** A first message whose external id, if it has one, was proven. */
export type ProvenEnrollment = Omit<BeginEnrollmentRequest, 'iamToken'>;

interface ExternalUserClaim {
  readonly externalUserId?: string | undefined;
  readonly iamToken?: string | undefined;
}

const refuse = (reason: string): RecognizeError =>
  new RecognizeError('IAM_TOKEN_INVALID', { cause: new Error(reason) });

/**
 * Takes the proof off a first message of an enrollment (spec 08 DS-10): where the tenant has an identity provider, a
 * device enrolls under an external id only with a token about that very subject.
 *
 * @returns the message without the token.
 * @throws RecognizeError IAM_TOKEN_INVALID for a wrong or missing token, and for one that nobody could check;
 * SERVICE_UNAVAILABLE
 */
export const proveExternalUser = async <T extends ExternalUserClaim>(
  identityTokens: IdentityTokens,
  { settings, isService }: EnrollingCaller,
  message: T,
): Promise<Omit<T, 'iamToken'>> => {
  const { iamToken, ...proven } = message;
  const { openidConfigurationUrl, openidAudience: audience } = settings;
  if (openidConfigurationUrl === undefined) {
    // Taken in silence it would look like a link that was checked.
    if (iamToken !== undefined) throw refuse('the tenant names no identity provider');
    return proven;
  }
  if (iamToken === undefined) {
    if (message.externalUserId !== undefined && !isService) throw refuse('no token');
    return proven;
  }
  const subject = await identityTokens.subjectOf({ openidConfigurationUrl, audience }, iamToken);
  // Part of what the device signed: the token alone, seen on its way, links nobody else's key.
  if (message.externalUserId !== subject) throw refuse('the token is about another user');
  return proven;
};
