import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import {
  Artifact,
  CircuitCount,
  CircuitIndex,
  DeviceId,
  DeviceOrigin,
  DeviceType,
  ExternalUserId,
  OperationId,
  TimestampMs,
  UserId,
} from './fields.ts';

const strict = { additionalProperties: false } as const;
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 }));
/** Position in a list that runs from the newest to the oldest: pass `next` of the page before. */
const Before = Type.Optional(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }));
const Next = Type.Optional(Type.Integer({ minimum: 0 }));
const userParams = Type.Object({ userId: UserId });
const operatorErrors = ['OPERATOR_SESSION_INVALID', 'FORBIDDEN', 'CUSTOMER_NOT_FOUND'] as const;

export const AdministeredUser = Type.Object({
  userId: UserId,
  externalUserId: Type.Optional(ExternalUserId),
  createdAtMs: TimestampMs,
  deviceCount: Type.Integer({ minimum: 0 }),
  /** Present while the user is locked out. */
  lockedUntilMs: Type.Optional(TimestampMs),
});

export const searchUsers = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/users',
  summary: 'Users by the start of their id or by external user id (compared without case), ordered by id',
  auth: 'operator',
  idempotent: true,
  query: Type.Object({
    userIdPrefix: Type.Optional(Type.String({ pattern: '^[0-9A-Fa-f]{1,64}$' })),
    externalUserId: Type.Optional(ExternalUserId),
    after: Type.Optional(UserId),
    limit: Limit,
  }),
  status: 200,
  /** `next`: pass as `after`; absent on the last page. */
  response: Type.Object({ users: Type.Array(AdministeredUser), next: Type.Optional(UserId) }),
  errors: operatorErrors,
});

export const CircuitStock = Type.Object({
  /** Ready ones. */
  stock: CircuitCount,
  nextFreeIndex: CircuitIndex,
  /** Ever shared, used ones included. */
  shared: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Those of them that came before the commit of the enrollment. */
  enrollment: Type.Optional(Type.Integer({ minimum: 0 })),
});

export const AdministeredDevice = Type.Object({
  deviceId: DeviceId,
  deviceType: DeviceType,
  deviceOrigin: DeviceOrigin,
  osVersion: Type.Optional(Type.String()),
  sdkVersion: Type.Optional(Type.String()),
  artifact: Artifact,
  createdAtMs: TimestampMs,
  /** Ready circuits; absent while the circuit storage does not answer. */
  circuits: Type.Optional(CircuitStock),
});

export const UserLockout = Type.Object({
  /** Failures that count now. */
  failures: Type.Integer({ minimum: 0 }),
  /** Failures left before a suspension. */
  remainingAttempts: Type.Integer({ minimum: 0 }),
  lockedUntilMs: Type.Optional(TimestampMs),
});

export const readUserDetail = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/users/:userId',
  summary: 'A user with devices, their circuit stock, and lockout',
  auth: 'operator',
  idempotent: true,
  params: userParams,
  status: 200,
  response: Type.Object({
    user: AdministeredUser,
    devices: Type.Array(AdministeredDevice),
    lockout: UserLockout,
  }),
  errors: [...operatorErrors, 'USER_NOT_FOUND'],
});

export const deleteAdministeredUser = defineEndpoint({
  method: 'DELETE',
  path: '/v2/admin/users/:userId',
  summary: 'Deletes a user with devices and history; its circuits follow shortly after',
  auth: 'operator',
  idempotent: false,
  params: userParams,
  status: 204,
  response: 'empty',
  errors: [...operatorErrors, 'USER_NOT_FOUND'],
});

export const deleteAdministeredDevice = defineEndpoint({
  method: 'DELETE',
  path: '/v2/admin/users/:userId/devices/:deviceId',
  summary: 'Deletes one device of a user; the user stays, also with no device left',
  auth: 'operator',
  idempotent: false,
  params: Type.Object({ userId: UserId, deviceId: DeviceId }),
  status: 204,
  response: 'empty',
  errors: [...operatorErrors, 'USER_NOT_FOUND', 'DEVICE_NOT_FOUND'],
});

export const unlockUser = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/users/:userId/unlock',
  summary: 'Ends a lockout and forgets the failures before it',
  auth: 'operator',
  idempotent: true,
  params: userParams,
  body: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 256 })) }, strict),
  status: 200,
  response: Type.Object({ wasLockedOut: Type.Boolean() }),
  errors: [...operatorErrors, 'USER_NOT_FOUND'],
});

export const listLockouts = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/lockouts',
  summary: 'Users who are locked out now and until when, ordered by id',
  auth: 'operator',
  idempotent: true,
  query: Type.Object({ after: Type.Optional(UserId), limit: Limit }),
  status: 200,
  response: Type.Object({
    lockouts: Type.Array(
      Type.Object({
        userId: UserId,
        externalUserId: Type.Optional(ExternalUserId),
        lockedUntilMs: TimestampMs,
      }),
    ),
    next: Type.Optional(UserId),
  }),
  errors: operatorErrors,
});

/**
 * `match`: succeeded. `no-match`: another face. `refused`: the face matched but its operation id was taken.
 * `expired`: finished too late. `aborted`: a fault of the backend, no verdict.
 */
export const AuthenticationOutcome = Type.Union([
  Type.Literal('match'),
  Type.Literal('no-match'),
  Type.Literal('refused'),
  Type.Literal('expired'),
  Type.Literal('aborted'),
]);

export const AdministeredAuthentication = Type.Object({
  authenticationId: Type.Integer({ minimum: 1 }),
  userId: UserId,
  deviceId: DeviceId,
  outcome: AuthenticationOutcome,
  operationId: Type.Optional(OperationId),
  createdAtMs: TimestampMs,
});

export const listAuthentications = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/authentications',
  summary: 'Authentications of the tenant or of one user with their outcome, the newest first',
  auth: 'operator',
  idempotent: true,
  query: Type.Object({
    userId: Type.Optional(UserId),
    outcome: Type.Optional(AuthenticationOutcome),
    before: Before,
    limit: Limit,
  }),
  status: 200,
  response: Type.Object({ authentications: Type.Array(AdministeredAuthentication), next: Next }),
  errors: operatorErrors,
});

export const AdministeredOperation = Type.Object({
  operationId: OperationId,
  userId: UserId,
  externalUserId: Type.Optional(ExternalUserId),
  payload: Type.Optional(Type.String()),
  state: Type.Union([Type.Literal('pending'), Type.Literal('approved')]),
  createdAtMs: TimestampMs,
});

export const listOperations = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/operations',
  summary: 'Operations of the tenant or of one user, the newest first',
  auth: 'operator',
  idempotent: true,
  query: Type.Object({ userId: Type.Optional(UserId), before: Before, limit: Limit }),
  status: 200,
  response: Type.Object({ operations: Type.Array(AdministeredOperation), next: Next }),
  errors: operatorErrors,
});
