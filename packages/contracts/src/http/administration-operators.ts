import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { CustomerName, DurationSeconds, TimestampMs, Uuid } from './fields.ts';

const strict = { additionalProperties: false } as const;
const operatorErrors = ['OPERATOR_SESSION_INVALID', 'FORBIDDEN', 'CUSTOMER_NOT_FOUND'] as const;

export const OperatorName = Type.String({ pattern: '^[a-z0-9][a-z0-9._@-]{0,63}$' });
export const OperatorPassword = Type.String({ minLength: 12, maxLength: 256 });
export const OperatorRole = Type.Union([Type.Literal('viewer'), Type.Literal('admin')]);
/** Random, 256 bits, base64url. */
const OperatorSessionToken = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

export const Operator = Type.Object({
  operatorId: Uuid,
  name: OperatorName,
  role: OperatorRole,
  disabled: Type.Boolean(),
  /** The one tenant the operator may see; absent: every tenant of the installation. */
  customer: Type.Optional(CustomerName),
  createdAtMs: TimestampMs,
  lastSignInAtMs: Type.Optional(TimestampMs),
});

export const signInOperator = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/sessions',
  summary: 'Signs an operator in; the token is shown once and goes into `authorization: Bearer`',
  auth: 'public',
  idempotent: false,
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 64 }),
      password: Type.String({ minLength: 1, maxLength: 256 }),
    },
    strict,
  ),
  status: 201,
  response: Type.Object({
    token: OperatorSessionToken,
    operator: Operator,
    /** The session ends then, used or not. */
    expiresAtMs: TimestampMs,
    /** The session ends after so long without a request. */
    idleTimeoutSeconds: DurationSeconds,
  }),
  errors: ['OPERATOR_CREDENTIALS_INVALID', 'TOO_MANY_REQUESTS'],
});

export const readOperatorSession = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/session',
  summary: 'Who the caller is, what it may do and the tenants it may name in x-tenant',
  auth: 'operator',
  idempotent: true,
  status: 200,
  response: Type.Object({
    actor: Type.Object({
      kind: Type.Union([Type.Literal('operator'), Type.Literal('api-key')]),
      /** Id of the operator or of the API key. */
      id: Type.String(),
      name: Type.Optional(OperatorName),
    }),
    role: OperatorRole,
    /** `installation`: every tenant, with an admin's role also new ones; `tenant`: bound to one. */
    scope: Type.Union([Type.Literal('tenant'), Type.Literal('installation')]),
    customers: Type.Array(CustomerName),
    expiresAtMs: Type.Optional(TimestampMs),
  }),
  errors: operatorErrors,
});

export const signOutOperator = defineEndpoint({
  method: 'DELETE',
  path: '/v2/admin/session',
  summary: 'Ends the session of the operator',
  auth: 'operator',
  idempotent: true,
  status: 204,
  response: 'empty',
  errors: operatorErrors,
});

/** Operators of one tenant see and manage those of their tenant alone, and so do secret keys. */
export const listOperators = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/operators',
  summary: 'Operators, ordered by name',
  auth: 'operator',
  idempotent: true,
  status: 200,
  response: Type.Object({ operators: Type.Array(Operator) }),
  errors: operatorErrors,
});

export const createOperator = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/operators',
  summary: 'Creates an operator',
  auth: 'operator',
  idempotent: false,
  body: Type.Object(
    {
      name: OperatorName,
      password: OperatorPassword,
      role: OperatorRole,
      customer: Type.Optional(CustomerName),
    },
    strict,
  ),
  status: 201,
  response: Operator,
  errors: [...operatorErrors, 'CONFLICT'],
});

export const OperatorChanges = Type.Object(
  {
    role: Type.Optional(OperatorRole),
    disabled: Type.Optional(Type.Boolean()),
    password: Type.Optional(OperatorPassword),
  },
  strict,
);

/** Ends the operator's sessions. CONFLICT: no enabled admin of the installation would be left. */
export const updateOperator = defineEndpoint({
  method: 'PATCH',
  path: '/v2/admin/operators/:operatorId',
  summary: 'Changes role or password of an operator, disables or enables it',
  auth: 'operator',
  idempotent: true,
  params: Type.Object({ operatorId: Uuid }),
  body: OperatorChanges,
  status: 200,
  response: Operator,
  errors: [...operatorErrors, 'NOT_FOUND', 'CONFLICT'],
});
