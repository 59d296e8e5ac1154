import {
  deleteExternalUser,
  type EndpointOutput,
  type ExternalUserLink,
  listUsersOfExternalUser,
  patchExternalUser,
  postExternalUser,
} from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { actOfKey } from '../commands/act-of-key.ts';
import type { RouteDependencies } from './route-dependencies.ts';
import { timestampOf } from './timestamp.ts';

const answerOf = (
  sdkCustomerId: number,
  link: ExternalUserLink,
): EndpointOutput<typeof postExternalUser> => ({
  sdkCustomerId,
  userId: link.userId,
  externalUserId: link.externalUserId,
  createdAt: timestampOf(link.createdAtMs),
  updatedAt: timestampOf(link.updatedAtMs),
});

const registerSetting = ({ app, guards, backend: { serverApi } }: RouteDependencies): void => {
  registerEndpoint(app, guards, postExternalUser, async ({ params, body }, context) => {
    const { tenantId, sdkCustomerId } = tenantOf(context.request);
    const link = await serverApi.createExternalUser(
      { params, body: { act: actOfKey(context), tenantId, ...body } },
      context,
    );
    return answerOf(sdkCustomerId, link);
  });
  registerEndpoint(app, guards, patchExternalUser, async ({ params, body }, context) => {
    const { tenantId, sdkCustomerId } = tenantOf(context.request);
    const link = await serverApi.changeExternalUser(
      { params, body: { act: actOfKey(context), tenantId, ...body } },
      context,
    );
    return answerOf(sdkCustomerId, link);
  });
};

export const registerExternalUsers = (dependencies: RouteDependencies): void => {
  registerSetting(dependencies);
  const { app, guards, backend } = dependencies;
  registerEndpoint(app, guards, deleteExternalUser, ({ params }, context) => {
    const { tenantId } = tenantOf(context.request);
    return backend.serverApi.removeExternalUser(
      { body: { act: actOfKey(context), tenantId, ...params } },
      context,
    );
  });
  registerEndpoint(app, guards, listUsersOfExternalUser, async ({ params }, context) => {
    const { tenantId } = tenantOf(context.request);
    const { users } = await backend.serverApi.readExternalUser({ body: { tenantId, ...params } }, context);
    return users.map((user) => ({
      userId: user.userId,
      biometricPublicSigningKey: user.biometricPublicSigningKey ?? '',
      createdAt: timestampOf(user.createdAtMs),
      updatedAt: timestampOf(user.updatedAtMs),
    }));
  });
};
