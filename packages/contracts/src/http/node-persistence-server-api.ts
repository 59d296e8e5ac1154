import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { AdministrativeAct } from './administrative-act.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  ApiKeyId,
  DeviceId,
  ExternalUserId,
  OperationId,
  PublicSigningKey,
  TenantId,
  TimestampMs,
  UserId,
} from './fields.ts';
import { Enrollment } from './node-persistence.ts';

const strict = { additionalProperties: false } as const;
const tenantQuery = Type.Object({ tenantId: TenantId });
const userParams = Type.Object({ userId: UserId });
/** Largest page of a list of the server API. */
const PageSize = Type.Integer({ minimum: 1, maximum: limits.maxPageSize });
/** Counts from 0. */
const PageNumber = Type.Integer({ minimum: 0, maximum: 1_000_000 });

/** The device enters the circuit purge list in the same transaction, so that no circuit is forgotten. */
export const deleteDevice = defineEndpoint({
  method: 'DELETE',
  path: '/internal/v1/users/:userId/devices/:deviceId',
  summary: 'Deletes one device with its template and tokens; the user stays',
  auth: 'service-key',
  idempotent: false,
  params: Type.Object({ userId: UserId, deviceId: DeviceId }),
  query: tenantQuery,
  status: 204,
  response: 'empty',
  errors: ['USER_NOT_FOUND', 'DEVICE_NOT_FOUND'],
});

export const ExternalUserLink = Type.Object({
  userId: UserId,
  externalUserId: ExternalUserId,
  createdAtMs: TimestampMs,
  updatedAtMs: TimestampMs,
});
export type ExternalUserLink = Static<typeof ExternalUserLink>;

const externalUser = { tenantId: TenantId, externalUserId: ExternalUserId };
/** A change, audited in the same transaction; the trail holds no external user id. */
const externalUserChange = Type.Object({ act: AdministrativeAct, ...externalUser }, strict);

export const createExternalUser = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/users/:userId/external-user',
  summary: 'Gives a user an external user id; one that has any is refused',
  auth: 'service-key',
  idempotent: false,
  params: userParams,
  body: externalUserChange,
  status: 201,
  response: ExternalUserLink,
  errors: ['USER_NOT_FOUND', 'CONFLICT'],
});

export const changeExternalUser = defineEndpoint({
  method: 'PATCH',
  path: '/internal/v1/users/:userId/external-user',
  summary: 'Sets the external user id of a user',
  auth: 'service-key',
  idempotent: true,
  params: userParams,
  body: externalUserChange,
  status: 200,
  response: ExternalUserLink,
  errors: ['USER_NOT_FOUND', 'CONFLICT'],
});

export const removeExternalUser = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/external-users/remove',
  summary: 'Takes an external user id, compared exactly, from its user; no matter whether there is one',
  auth: 'service-key',
  idempotent: true,
  body: externalUserChange,
  status: 204,
  response: 'empty',
  errors: [],
});

export const readExternalUser = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/external-users/read',
  summary: 'Users of an external user id, compared without case',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(externalUser, strict),
  status: 200,
  response: Type.Object({
    users: Type.Array(
      Type.Object({
        ...ExternalUserLink.properties,
        /** Key of the oldest active device; absent for a user without devices. */
        biometricPublicSigningKey: Type.Optional(PublicSigningKey),
      }),
    ),
  }),
  errors: [],
});

/** How an authentication ended; `refused`: matched, but its operation existed; `expired`: answered too late. */
export const RecordedOutcome = Type.Union([
  Type.Literal('match'),
  Type.Literal('no-match'),
  Type.Literal('aborted'),
  Type.Literal('refused'),
  Type.Literal('expired'),
]);
export type RecordedOutcome = Static<typeof RecordedOutcome>;

/** Only what is younger than the tenant's visibility setting, newest first. */
export const listRecentAuthentications = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/authentications/list',
  summary: 'A page of the recent authentications of a user, or of the users of an external user id',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(
    {
      tenantId: TenantId,
      of: Type.Union([
        Type.Object({ userId: UserId }, strict),
        Type.Object({ externalUserId: ExternalUserId }, strict),
      ]),
      operationId: Type.Optional(OperationId),
      page: PageNumber,
      size: PageSize,
    },
    strict,
  ),
  status: 200,
  response: Type.Object({
    /** Of all pages. */
    total: Type.Integer({ minimum: 0 }),
    authentications: Type.Array(
      Type.Object({
        userId: UserId,
        externalUserId: Type.Optional(ExternalUserId),
        deviceId: DeviceId,
        createdAtMs: TimestampMs,
        outcome: RecordedOutcome,
        operationId: Type.Optional(OperationId),
      }),
    ),
  }),
  errors: ['USER_NOT_FOUND'],
});

const OperationPayload = Type.String({ maxLength: limits.maxOperationPayloadBytes });

export const createPendingOperation = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/users/:userId/operations',
  summary: 'Creates an operation that waits for an authentication of the user',
  auth: 'service-key',
  idempotent: false,
  params: userParams,
  body: Type.Object(
    {
      tenantId: TenantId,
      operationId: OperationId,
      payload: Type.Optional(OperationPayload),
      externalUserId: Type.Optional(ExternalUserId),
      apiKeyId: ApiKeyId,
    },
    strict,
  ),
  status: 204,
  response: 'empty',
  errors: ['USER_NOT_FOUND', 'OPERATION_ALREADY_EXISTS'],
});

export const PersistedOperation = Type.Object({
  operationNo: Type.Integer({ minimum: 1 }),
  userId: UserId,
  operationId: OperationId,
  payload: Type.Optional(OperationPayload),
  externalUserId: Type.Optional(ExternalUserId),
  /** Absent for an operation that a device created. */
  apiKeyId: Type.Optional(ApiKeyId),
  state: Type.Union([Type.Literal('pending'), Type.Literal('approved')]),
  createdAtMs: TimestampMs,
  /** Absent while pending. */
  approvedAtMs: Type.Optional(TimestampMs),
});
export type PersistedOperation = Static<typeof PersistedOperation>;

export const listPendingOperations = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/users/:userId/operations/pending',
  summary: 'A page of the pending operations of a user, oldest first',
  auth: 'service-key',
  idempotent: true,
  params: userParams,
  query: Type.Object({ tenantId: TenantId, page: PageNumber, size: PageSize }),
  status: 200,
  response: Type.Object({ operations: Type.Array(PersistedOperation) }),
  errors: ['USER_NOT_FOUND'],
});

export const readOperation = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/operations/read',
  summary: 'Reads an operation by the id its creator chose',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ tenantId: TenantId, operationId: OperationId }, strict),
  status: 200,
  response: PersistedOperation,
  errors: ['NOT_FOUND'],
});

/** An enrollment from an offline server state, as long as it may be committed or has been. */
export const readUncommittedUser = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/uncommitted-users/:userId',
  summary: 'The enrollment behind an uncommitted user',
  auth: 'service-key',
  idempotent: true,
  params: userParams,
  query: tenantQuery,
  status: 200,
  response: Enrollment,
  errors: ['ENROLLMENT_NOT_FOUND'],
});

export const nodePersistenceServerApiEndpoints = {
  deleteDevice,
  createExternalUser,
  changeExternalUser,
  removeExternalUser,
  readExternalUser,
  listRecentAuthentications,
  createPendingOperation,
  listPendingOperations,
  readOperation,
  readUncommittedUser,
} as const;
