import { describe, expect, it } from 'vitest';
import type { IdentityProvider } from '../ports/identity-tokens.ts';
import { type EnrollingCaller, proveExternalUser } from './prove-external-user.ts';

const openidConfigurationUrl = 'https://iam.example/realms/acme/.well-known/openid-configuration';
const device = { settings: { openidConfigurationUrl, openidAudience: 'app' }, isService: false };
const withoutProvider = { settings: {}, isService: false };
const refused = { code: 'IAM_TOKEN_INVALID' };

/** A provider whose tokens are `token of <subject>`. */
const asked: (IdentityProvider & { token: string })[] = [];
const identityTokens = {
  subjectOf: async (provider: IdentityProvider, token: string) => {
    asked.push({ ...provider, token });
    return token.replace('token of ', '');
  },
};
const prove = (
  caller: EnrollingCaller,
  claim: { readonly externalUserId?: string; readonly iamToken?: string },
) => proveExternalUser(identityTokens, caller, { codeBits: 2048, ...claim });

describe('the external id of an enrolling device (spec 08 DS-10)', () => {
  it('needs a token about it where the tenant has an identity provider, and the token goes no further', async () => {
    const message = { externalUserId: 'ada', iamToken: 'token of ada' };
    expect(await prove(device, message)).toEqual({ codeBits: 2048, externalUserId: 'ada' });
    expect(asked).toEqual([{ openidConfigurationUrl, audience: 'app', token: 'token of ada' }]);
  });

  it.each([
    ['none at all', { externalUserId: 'ada' }],
    ['one about another user', { externalUserId: 'ada', iamToken: 'token of eve' }],
    ['one beside no external id', { iamToken: 'token of ada' }],
  ])('is refused with %s', async (_what, message) => {
    await expect(prove(device, message)).rejects.toMatchObject(refused);
  });

  it('is vouched for by the services of the installation', async () => {
    const message = { externalUserId: 'ada' };
    expect(await prove({ ...device, isService: true }, message)).toMatchObject(message);
  });

  it('may be left out, or be anything where the tenant has no provider; a token nobody checks is refused', async () => {
    expect(await prove(device, {})).toEqual({ codeBits: 2048 });
    expect(await prove(withoutProvider, { externalUserId: 'ada' })).toMatchObject({ externalUserId: 'ada' });
    const token = { externalUserId: 'ada', iamToken: 'token of ada' };
    await expect(prove(withoutProvider, token)).rejects.toMatchObject(refused);
  });
});
