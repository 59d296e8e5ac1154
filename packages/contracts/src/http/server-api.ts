import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import { ApiKeyId, DeviceId, ExternalUserId, OperationId, PublicSigningKey, UserId } from './fields.ts';
import { Success, Timestamp } from './operations-service.ts';

const strict = { additionalProperties: false } as const;
const userParams = Type.Object({ userId: UserId });
const externalUserParams = Type.Object({ externalUserId: ExternalUserId });
const SdkCustomerId = Type.Integer({ minimum: 1 });

/** Page numbers count from 0. */
const pageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.maxPageSize })),
};

export const deleteUserDevice = defineEndpoint({
  method: 'DELETE',
  path: '/v2/users/:userId/devices/:publicSigningKey',
  summary: 'Deletes a device of a user; the key is URL-encoded',
  auth: 'secret-key',
  idempotent: false,
  params: Type.Object({ userId: UserId, publicSigningKey: PublicSigningKey }),
  status: 200,
  response: Success,
  errors: ['USER_NOT_FOUND', 'DEVICE_NOT_FOUND'],
});

const ExternalUserBody = Type.Object({ externalUserId: ExternalUserId }, strict);
const ExternalUserAnswer = Type.Object({
  sdkCustomerId: SdkCustomerId,
  userId: UserId,
  externalUserId: ExternalUserId,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

/** CONFLICT when the user has an external user id, or another user has this one. */
export const postExternalUser = defineEndpoint({
  method: 'POST',
  path: '/v2/users/:userId/external-user',
  summary: 'Gives a user an external user id',
  auth: 'secret-key',
  idempotent: false,
  params: userParams,
  body: ExternalUserBody,
  status: 201,
  response: ExternalUserAnswer,
  errors: ['USER_NOT_FOUND', 'CONFLICT'],
});

/** CONFLICT when another user has this external user id. */
export const patchExternalUser = defineEndpoint({
  method: 'PATCH',
  path: '/v2/users/:userId/external-user',
  summary: 'Sets the external user id of a user; repeating it changes nothing',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  body: ExternalUserBody,
  status: 200,
  response: ExternalUserAnswer,
  errors: ['USER_NOT_FOUND', 'CONFLICT'],
});

export const deleteExternalUser = defineEndpoint({
  method: 'DELETE',
  path: '/v2/external-users/:externalUserId',
  summary: 'Takes an external user id from its user; case-sensitive, also when there is none',
  auth: 'secret-key',
  idempotent: true,
  params: externalUserParams,
  status: 204,
  response: 'empty',
  errors: [],
});

export const listUsersOfExternalUser = defineEndpoint({
  method: 'GET',
  path: '/v2/external-users/:externalUserId/users',
  summary: 'Users of an external user id, compared without case',
  auth: 'secret-key',
  idempotent: true,
  params: externalUserParams,
  status: 200,
  response: Type.Array(
    Type.Object({
      userId: UserId,
      /** Empty for a user without devices. */
      biometricPublicSigningKey: Type.String(),
      createdAt: Timestamp,
      updatedAt: Timestamp,
    }),
  ),
  errors: [],
});

/** `errorCode` is 0 for an approved one, else the number of a code of the catalogue. */
const AuthenticationEntry = Type.Object({
  createdAt: Timestamp,
  result: Type.Union([Type.Literal('APPROVED'), Type.Literal('DENIED'), Type.Literal('ABORTED')]),
  errorCode: Type.Integer({ minimum: 0 }),
  operationId: Type.Optional(OperationId),
  deviceId: DeviceId,
  authType: Type.Literal('biom'),
});

export const AuthenticationPage = Type.Object({
  page: Type.Object({
    number: Type.Integer({ minimum: 0 }),
    size: Type.Integer({ minimum: 1 }),
    /** Authentications on all pages. */
    totalElements: Type.Integer({ minimum: 0 }),
    totalPages: Type.Integer({ minimum: 0 }),
  }),
  content: Type.Array(
    Type.Object({
      userId: UserId,
      externalUserId: Type.Optional(ExternalUserId),
      authentications: Type.Array(AuthenticationEntry),
    }),
  ),
});
export type AuthenticationPage = Static<typeof AuthenticationPage>;

const authenticationsQuery = Type.Object({ operationId: Type.Optional(OperationId), ...pageQuery });

/** Reaches back 10 minutes, or as far as the tenant's setting says. Newest first. */
export const listUserAuthentications = defineEndpoint({
  method: 'GET',
  path: '/v2/users/:userId/authentications',
  summary: 'Recent authentications of a user',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  query: authenticationsQuery,
  status: 200,
  response: AuthenticationPage,
  errors: ['USER_NOT_FOUND'],
});

/** As of a user; an unknown external user id has an empty page. */
export const listExternalUserAuthentications = defineEndpoint({
  method: 'GET',
  path: '/v2/external-users/:externalUserId/authentications',
  summary: 'Recent authentications of an external user',
  auth: 'secret-key',
  idempotent: true,
  params: externalUserParams,
  query: authenticationsQuery,
  status: 200,
  response: AuthenticationPage,
  errors: [],
});

const OperationPayload = Type.String({ maxLength: limits.maxOperationPayloadBytes });

export const createOperation = defineEndpoint({
  method: 'POST',
  path: '/v2/users/:userId/operations',
  summary: 'Creates a pending operation, which an authentication with its id approves',
  auth: 'secret-key',
  idempotent: false,
  params: userParams,
  body: Type.Object(
    {
      externalUserId: Type.Optional(ExternalUserId),
      operationId: OperationId,
      operationPayload: Type.Optional(OperationPayload),
    },
    strict,
  ),
  status: 200,
  response: Success,
  errors: ['USER_NOT_FOUND', 'OPERATION_ALREADY_EXISTS'],
});

const AuthType = Type.Literal('biom');

export const listUserPendingOperations = defineEndpoint({
  method: 'GET',
  path: '/v2/users/:userId/operations/pending',
  summary: 'Pending operations of a user, oldest first, at most 100 at a time',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  query: Type.Object(pageQuery),
  status: 200,
  response: Type.Array(
    Type.Object({
      operationId: OperationId,
      operationPayload: Type.Optional(OperationPayload),
      externalUserId: Type.Optional(ExternalUserId),
      authType: Type.Optional(AuthType),
    }),
  ),
  errors: ['USER_NOT_FOUND'],
});

export const OperationAnswer = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  /** Of the approval, or of the creation while pending. */
  timestamp: Timestamp,
  /** Name of this installation. */
  nodeId: Type.String(),
  userId: UserId,
  /** Id of the key that created it, never the key; absent for an operation that a device created. */
  apiKey: Type.Optional(ApiKeyId),
  externalUserId: Type.Optional(ExternalUserId),
  operationId: OperationId,
  operationPayload: Type.Optional(OperationPayload),
  /** `result` and `authType` are absent while pending. */
  result: Type.Optional(Type.Literal('APPROVED')),
  authType: Type.Optional(AuthType),
  state: Type.Union([Type.Literal('approved'), Type.Literal('pending')]),
});
export type OperationAnswer = Static<typeof OperationAnswer>;

export const readOperationById = defineEndpoint({
  method: 'GET',
  path: '/v2/operations/:operationId',
  summary: 'Reads an operation',
  auth: 'secret-key',
  idempotent: true,
  params: Type.Object({ operationId: OperationId }),
  status: 200,
  response: OperationAnswer,
  errors: ['NOT_FOUND'],
});

/**
 * `serverState` is what the enrollment agent handed out in offline mode, unchanged. A signature that does not verify
 * is PROTOCOL_INVALID_MESSAGE here: 401 is about the API key alone.
 */
export const registerUncommittedUser = defineEndpoint({
  method: 'POST',
  path: '/v2/uncommitted-users',
  summary: 'Registers a user of the offline enrollment agent, who does not count until the commit',
  auth: 'secret-key',
  idempotent: true,
  body: Type.Object(
    {
      serverState: Type.String({ minLength: 1, maxLength: Math.ceil(limits.maxServerStateBytes / 3) * 4 }),
      externalUserId: Type.Optional(ExternalUserId),
    },
    strict,
  ),
  status: 201,
  response: Type.Object({
    sdkCustomerId: SdkCustomerId,
    userId: UserId,
    /** The user is forgotten then, unless committed. */
    expiresAt: Timestamp,
  }),
  errors: ['PROTOCOL_INVALID_MESSAGE', 'ALREADY_ENROLLED', 'ARTIFACT_MISMATCH', 'CONFLICT'],
});

export const commitUncommittedUser = defineEndpoint({
  method: 'POST',
  path: '/v2/uncommitted-users/:userId/commit',
  summary: 'Commits an uncommitted user; a repeated commit gives the same answer',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  status: 200,
  response: Success,
  errors: ['ENROLLMENT_NOT_FOUND', 'ENROLLMENT_INCOMPLETE', 'ALREADY_ENROLLED'],
});

export const serverApiEndpoints = {
  deleteUserDevice,
  postExternalUser,
  patchExternalUser,
  deleteExternalUser,
  listUsersOfExternalUser,
  listUserAuthentications,
  listExternalUserAuthentications,
  createOperation,
  listUserPendingOperations,
  readOperationById,
  registerUncommittedUser,
  commitUncommittedUser,
} as const;
