import { isRecognizeError } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { checkTenantSettings } from './settings-rules.ts';

const settings = { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 };
const pathOf = (changes: object): unknown => {
  try {
    checkTenantSettings({ ...settings, ...changes });
    return 'accepted';
  } catch (error) {
    return isRecognizeError(error) ? error.details['path'] : error;
  }
};

describe('settings of a tenant', () => {
  it('take keys of an identity provider over https, or from this machine', () => {
    for (const uri of ['https://idp.example/jwks', 'http://127.0.0.1:9/jwks', 'http://[::1]/jwks']) {
      expect(pathOf({ userAuthorizationType: 'RemoteJWKSet', userAuthorizationJwksUri: uri })).toBe(
        'accepted',
      );
    }
    for (const uri of ['http://idp.example/jwks', 'https://user:pw@idp.example/', 'https://a/#b', 'http:']) {
      expect(pathOf({ userAuthorizationJwksUri: uri })).toBe('/changes/userAuthorizationJwksUri');
    }
  });

  it('take an identity provider over https, or from this machine, and an audience with one alone', () => {
    const path = 'idp.example/realms/a/.well-known/openid-configuration';
    expect(pathOf({ openidConfigurationUrl: `https://${path}`, openidAudience: 'app' })).toBe('accepted');
    expect(pathOf({ openidConfigurationUrl: `http://${path}` })).toBe('/changes/openidConfigurationUrl');
    expect(pathOf({ openidAudience: 'app' })).toBe('/changes/openidAudience');
  });

  it('do not ask for authorization without keys, nor switch lockout or history off', () => {
    expect(pathOf({ userAuthorizationType: 'RemoteJWKSet' })).toBe('/changes/userAuthorizationJwksUri');
    expect(pathOf({ lockoutWindowSeconds: 0 })).toBe('/settings/lockoutWindowSeconds');
    expect(pathOf({ authenticationVisibilitySeconds: 0 })).toBe('/changes/authenticationVisibilitySeconds');
  });
});
