import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { DeviceId, ExternalUserId, TenantId, TimestampMs, UserId } from './fields.ts';

const userParams = Type.Object({ userId: UserId });

/** Body: a server state (spec 04 §4.6). Repeating it while it is uncommitted changes nothing. */
export const storeUncommittedUser = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/uncommitted-users',
  summary: 'Checks an offline server state and stores it as a user that does not count yet',
  auth: 'service-key',
  idempotent: true,
  query: Type.Object({ tenantId: TenantId, externalUserId: Type.Optional(ExternalUserId) }),
  body: 'bytes',
  status: 201,
  response: Type.Object({ userId: UserId, deviceId: DeviceId, expiresAtMs: TimestampMs }),
  errors: [
    'PROTOCOL_INVALID_MESSAGE',
    'SIGNATURE_INVALID',
    'REQUEST_EXPIRED',
    'ALREADY_ENROLLED',
    'ARTIFACT_MISMATCH',
    'CONFLICT',
  ],
});

export const commitStoredUser = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/uncommitted-users/:userId/commit',
  summary: 'Makes an uncommitted user count; a repeated commit gives the same answer',
  auth: 'service-key',
  idempotent: true,
  params: userParams,
  query: Type.Object({ tenantId: TenantId }),
  status: 200,
  response: Type.Object({ userId: UserId, deviceId: DeviceId }),
  errors: ['ENROLLMENT_NOT_FOUND', 'ENROLLMENT_INCOMPLETE', 'ALREADY_ENROLLED'],
});

export const coreDaemonServerApiEndpoints = {
  storeUncommittedUser,
  commitStoredUser,
} as const;
