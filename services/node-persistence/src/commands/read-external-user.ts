import type { EndpointOutput, readExternalUser as readExternalUserEndpoint } from '@openrecognize/contracts';
import { encodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';
import { externalUserKey } from './external-user-key.ts';
import { assertStorableText } from './storable-text.ts';

/** Compared without case; none found is an empty list. */
export const readExternalUser = async (
  { store }: CommandContext,
  tenantId: number,
  externalUserId: string,
): Promise<EndpointOutput<typeof readExternalUserEndpoint>> => {
  assertStorableText(externalUserId, '/externalUserId');
  const found = await store.readExternalUser(tenantId, externalUserKey(externalUserId));
  return {
    users: found.map(({ biometricPublicSigningKey: key, ...user }) => ({
      ...user,
      ...(key === undefined ? {} : { biometricPublicSigningKey: encodeBase64Field(key) }),
    })),
  };
};
