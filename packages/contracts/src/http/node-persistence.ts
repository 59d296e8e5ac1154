import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import {
  Artifact,
  Base64UpTo,
  CodeBits,
  DeviceDescription,
  DeviceId,
  DeviceOrigin,
  DeviceType,
  DurationSeconds,
  ExternalUserId,
  OperationInfo,
  PublicSigningKey,
  TenantId,
  Threshold,
  TimestampMs,
  UserId,
  Uuid,
} from './fields.ts';

import {
  finishAttempt,
  putMatchTokens,
  settleAttempt,
  startAttempt,
  takeMatchToken,
  useTokenOnce,
} from './node-persistence-attempts.ts';
import { putApiKey, putTenant, readTenant, resolveApiKey } from './node-persistence-tenants.ts';

const strict = { additionalProperties: false } as const;
const tenantQuery = Type.Object({ tenantId: TenantId });
const userParams = Type.Object({ userId: UserId });

export const Enrollment = Type.Object({
  enrollmentId: Uuid,
  tenantId: TenantId,
  userId: UserId,
  deviceId: DeviceId,
  publicSigningKey: PublicSigningKey,
  codeBits: CodeBits,
  threshold: Threshold,
  state: Type.Union([Type.Literal('open'), Type.Literal('committed')]),
  expiresAtMs: TimestampMs,
});

export const openEnrollment = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/enrollments',
  summary: 'Records a device that does not count yet; the same device key yields the same enrollment',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(
    {
      tenantId: TenantId,
      userId: UserId,
      deviceId: DeviceId,
      ...DeviceDescription,
      externalUserId: Type.Optional(ExternalUserId),
      operationInfo: Type.Optional(OperationInfo),
      ttlSeconds: DurationSeconds,
      /** All circuits of an offline server state are stored: its user id is enough for the commit. */
      awaitsCommit: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
  status: 201,
  response: Enrollment,
  errors: [
    'ALREADY_ENROLLED',
    'OPERATION_ALREADY_EXISTS',
    'MAX_NUMBER_OF_DEVICES_REACHED',
    'MAX_NUMBER_OF_CLIENT_STATES_REACHED',
    'CONFLICT',
    'BAD_REQUEST',
  ],
});

export const readEnrollment = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/enrollments/:enrollmentId',
  summary: 'Reads an open or committed enrollment',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ enrollmentId: Uuid }),
  status: 200,
  response: Enrollment,
  errors: ['ENROLLMENT_NOT_FOUND', 'ENROLLMENT_EXPIRED'],
});

/** One transaction: user, device, external user and operation appear together or not at all. */
export const commitOpenEnrollment = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/enrollments/:enrollmentId/commit',
  summary: 'Makes an enrollment count; a repeated commit gives the same answer',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ enrollmentId: Uuid }),
  body: Type.Object({ tenantId: TenantId }, strict),
  status: 200,
  response: Enrollment,
  errors: ['ENROLLMENT_NOT_FOUND', 'ENROLLMENT_EXPIRED', 'ALREADY_ENROLLED', 'OPERATION_ALREADY_EXISTS'],
});

const deviceKey = { tenantId: TenantId, userId: UserId, deviceId: DeviceId };

/** Read-only: step 1 of an authentication and the device status. */
export const checkDevice = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/devices/check',
  summary: 'Says whether user and device are active, and the lockout',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(deviceKey, strict),
  status: 200,
  response: Type.Object({
    publicSigningKey: PublicSigningKey,
    codeBits: CodeBits,
    threshold: Threshold,
    externalUserId: Type.Optional(ExternalUserId),
    /** 0 when not locked out. */
    lockoutRemainingSeconds: DurationSeconds,
  }),
  errors: ['USER_NOT_FOUND', 'DEVICE_NOT_FOUND'],
});

const PersistedDevice = Type.Object({
  userId: UserId,
  deviceId: DeviceId,
  publicSigningKey: PublicSigningKey,
  publicEncryptionKey: Type.Optional(Type.String()),
  deviceType: DeviceType,
  deviceOrigin: DeviceOrigin,
  osVersion: Type.Optional(Type.String()),
  sdkVersion: Type.Optional(Type.String()),
  artifact: Artifact,
  createdAtMs: TimestampMs,
});

export const listDevices = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/users/:userId/devices',
  summary: 'Active devices of a user',
  auth: 'service-key',
  idempotent: true,
  params: userParams,
  query: tenantQuery,
  status: 200,
  response: Type.Object({ devices: Type.Array(PersistedDevice) }),
  errors: ['USER_NOT_FOUND'],
});

/** Devices end up in the circuit purge list in the same transaction, so that no circuit is forgotten. */
export const deleteUser = defineEndpoint({
  method: 'DELETE',
  path: '/internal/v1/users/:userId',
  summary: 'Deletes a user with devices, blobs, tokens, client state and external user',
  auth: 'service-key',
  idempotent: false,
  params: userParams,
  query: tenantQuery,
  status: 200,
  response: Type.Object({ deviceIds: Type.Array(DeviceId) }),
  errors: ['USER_NOT_FOUND'],
});

export const listUsers = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/users',
  summary: 'Users of a tenant, ordered by user id',
  auth: 'service-key',
  idempotent: true,
  query: Type.Object({
    tenantId: TenantId,
    after: Type.Optional(UserId),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  }),
  status: 200,
  response: Type.Object({
    users: Type.Array(
      Type.Object({
        userId: UserId,
        externalUserId: Type.Optional(ExternalUserId),
        createdAtMs: TimestampMs,
        deviceCount: Type.Integer({ minimum: 0 }),
      }),
    ),
  }),
  errors: [],
});

export const findExternalUser = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/external-users/find',
  summary: 'User ids of an external user, compared without case',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ tenantId: TenantId, externalUserId: ExternalUserId }, strict),
  status: 200,
  response: Type.Object({ userIds: Type.Array(UserId) }),
  errors: [],
});

const WrappedClientState = Base64UpTo(16_384);

/** Optimistic concurrency: `version` counts up by one; 0 means "not stored yet". */
export const putClientState = defineEndpoint({
  method: 'PUT',
  path: '/internal/v1/users/:userId/client-state',
  summary: 'Stores the wrapped client state of a web user if its version is still the expected one',
  auth: 'service-key',
  idempotent: false,
  params: userParams,
  body: Type.Object(
    { tenantId: TenantId, expectedVersion: Type.Integer({ minimum: 0 }), wrapped: WrappedClientState },
    strict,
  ),
  status: 200,
  response: Type.Object({ version: Type.Integer({ minimum: 1 }) }),
  errors: ['USER_NOT_FOUND', 'CONFLICT'],
});

export const readClientState = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/users/:userId/client-state',
  summary: 'Reads the wrapped client state of a web user',
  auth: 'service-key',
  idempotent: true,
  params: userParams,
  query: tenantQuery,
  status: 200,
  response: Type.Object({ version: Type.Integer({ minimum: 1 }), wrapped: WrappedClientState }),
  errors: ['USER_NOT_FOUND'],
});

export const listCircuitPurges = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/circuit-purges',
  summary: 'Devices whose circuits still have to be deleted (deleted users, expired enrollments)',
  auth: 'service-key',
  idempotent: true,
  query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })) }),
  status: 200,
  response: Type.Object({
    purges: Type.Array(
      Type.Object({
        userId: UserId,
        deviceId: DeviceId,
        /** Its enrollment expired: should the device enroll after all, it may store its circuits again. */
        neverCounted: Type.Optional(Type.Boolean()),
      }),
    ),
  }),
  errors: [],
});

export const finishCircuitPurge = defineEndpoint({
  method: 'DELETE',
  path: '/internal/v1/circuit-purges/:userId/:deviceId',
  summary: 'Crosses a device off the purge list',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ userId: UserId, deviceId: DeviceId }),
  status: 204,
  response: 'empty',
  errors: [],
});

export const nodePersistenceEndpoints = {
  putTenant,
  readTenant,
  putApiKey,
  resolveApiKey,
  openEnrollment,
  readEnrollment,
  commitOpenEnrollment,
  checkDevice,
  startAttempt,
  finishAttempt,
  settleAttempt,
  putMatchTokens,
  takeMatchToken,
  listDevices,
  deleteUser,
  listUsers,
  findExternalUser,
  putClientState,
  readClientState,
  listCircuitPurges,
  finishCircuitPurge,
  useTokenOnce,
} as const;
