import { RecognizeError, type Tenant } from '@openrecognize/contracts';
import type { Static } from 'typebox';

/** What a tenant asks of its users' sessions. */
export type UserAuthorizationSettings =
  | { readonly type: 'None' }
  | { readonly type: 'RemoteJWKSet'; readonly jwksUri: string };

type TenantSettings = Static<typeof Tenant>['settings'];

/**
 * Reads a tenant's settings; one without any about user authorization asks for none.
 *
 * @throws RecognizeError USER_AUTHORIZATION_INVALID for a tenant that asks for tokens and names no key set: nobody
 * can be let in unchecked
 */
export const userAuthorizationOf = ({
  userAuthorizationType,
  userAuthorizationJwksUri,
}: TenantSettings): UserAuthorizationSettings => {
  if (userAuthorizationType === undefined || userAuthorizationType === 'None') return { type: 'None' };
  if (userAuthorizationJwksUri) {
    return { type: 'RemoteJWKSet', jwksUri: userAuthorizationJwksUri };
  }
  throw new RecognizeError('USER_AUTHORIZATION_INVALID', {
    cause: new Error('the tenant asks for tokens and names no key set'),
  });
};
