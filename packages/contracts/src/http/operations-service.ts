import { Type } from 'typebox';
import { Jwks } from './auth-vault.ts';
import { defineEndpoint } from './endpoint.ts';
import { CustomerName, ExternalUserId, UserId } from './fields.ts';

const strict = { additionalProperties: false } as const;
/** Local form without zone, always UTC: `2025-01-15T09:00:00.000`. */
export const Timestamp = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}$' });
const userParams = Type.Object({ userId: UserId });
export const Success = Type.Object({ success: Type.Literal(true) });

export const deleteUserByIntegrator = defineEndpoint({
  method: 'DELETE',
  path: '/v2/users/:userId',
  summary: 'Deletes a user',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  status: 200,
  response: Success,
  errors: ['USER_NOT_FOUND'],
});

export const listUserDevices = defineEndpoint({
  method: 'GET',
  path: '/v2/users/:userId/devices',
  summary: 'Lists the active devices of a user',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  status: 200,
  response: Type.Array(
    Type.Object({
      userId: UserId,
      sdkCustomerId: Type.Integer(),
      publicSigningKey: Type.String(),
      publicEncryptionKey: Type.String({
        description:
          'As the device sent it; empty where it sent none, since nothing is encrypted for it here',
      }),
      state: Type.Literal('ACTIVE', {
        description: 'Deleted devices leave no row, so there is no other state and no deletedAt',
      }),
      createdAt: Timestamp,
      osVersion: Type.Optional(Type.String()),
      sdkVersion: Type.Optional(Type.String()),
      deviceType: Type.String(),
      deviceOrigin: Type.String(),
    }),
  ),
  errors: ['USER_NOT_FOUND'],
});

/** Beyond the product: a page of users, for operators and the command line. */
export const listUsersByIntegrator = defineEndpoint({
  method: 'GET',
  path: '/v2/users',
  summary: 'Lists users, ordered by user id, a page at a time',
  auth: 'secret-key',
  idempotent: true,
  query: Type.Object({
    after: Type.Optional(UserId),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  }),
  status: 200,
  response: Type.Object({
    users: Type.Array(
      Type.Object({
        userId: UserId,
        externalUserId: Type.Optional(ExternalUserId),
        createdAt: Timestamp,
        deviceCount: Type.Integer({ minimum: 0 }),
      }),
    ),
    /** Pass as `after` for the next page; absent on the last one. */
    next: Type.Optional(UserId),
  }),
  errors: [],
});

export const verifyJwtPublicKey = defineEndpoint({
  method: 'GET',
  path: '/v2/verify-jwt/public-key',
  summary: 'Public signing key as PEM',
  auth: 'secret-key',
  idempotent: true,
  status: 200,
  response: Type.Object({ result: Type.String() }),
  errors: [],
});

export const verifyJwt = defineEndpoint({
  method: 'POST',
  path: '/v2/verify-jwt',
  summary: 'Checks the signature and form of a transaction JWT',
  auth: 'secret-key',
  idempotent: true,
  body: Type.Object({ message: Type.String({ minLength: 1, maxLength: 32_768 }) }, strict),
  status: 200,
  response: Success,
  errors: ['JWT_INVALID'],
});

export const customerJwks = defineEndpoint({
  method: 'GET',
  path: '/customers/:customer/.well-known/jwks.json',
  summary: 'Public signing keys of a customer',
  auth: 'public',
  idempotent: true,
  params: Type.Object({ customer: CustomerName }),
  status: 200,
  response: Jwks,
  errors: ['CUSTOMER_NOT_FOUND'],
});

export const operationsServiceEndpoints = {
  deleteUserByIntegrator,
  listUserDevices,
  listUsersByIntegrator,
  verifyJwtPublicKey,
  verifyJwt,
  customerJwks,
} as const;
