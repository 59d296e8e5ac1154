import { RecognizeError } from '@openrecognize/contracts';
import type { FullTenantSettings } from '../../ports/administration-store.ts';
import { assertLockoutEffective } from '../lockout-settings.ts';

const refuse = (setting: keyof FullTenantSettings): never => {
  throw new RecognizeError('BAD_REQUEST', { details: { path: `/changes/${setting}` } });
};

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Keys that decide who is let in come over TLS, from this machine alone without. */
const isTrustworthyUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname));
};

/**
 * What must hold of the settings of a tenant as a whole.
 *
 * @throws RecognizeError BAD_REQUEST with the path of the setting
 */
export const checkTenantSettings = (settings: FullTenantSettings): void => {
  assertLockoutEffective(settings);
  const { userAuthorizationType, userAuthorizationJwksUri: uri, openidConfigurationUrl } = settings;
  if (uri !== undefined && !isTrustworthyUrl(uri)) refuse('userAuthorizationJwksUri');
  if (userAuthorizationType === 'RemoteJWKSet' && uri === undefined) refuse('userAuthorizationJwksUri');
  if (openidConfigurationUrl !== undefined && !isTrustworthyUrl(openidConfigurationUrl)) {
    refuse('openidConfigurationUrl');
  }
  if (settings.openidAudience !== undefined && openidConfigurationUrl === undefined) refuse('openidAudience');
  if ((settings.authenticationVisibilitySeconds ?? 1) < 1) refuse('authenticationVisibilitySeconds');
};
