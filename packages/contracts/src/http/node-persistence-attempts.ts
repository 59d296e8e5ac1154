import { Type } from 'typebox';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  CircuitIndex,
  CodeBits,
  DeviceId,
  DurationSeconds,
  ExternalUserId,
  LabelBase64,
  OperationInfo,
  SealedBlob,
  Sha256Base64,
  TenantId,
  Threshold,
  TimestampMs,
  UserId,
  Uuid,
} from './fields.ts';

const strict = { additionalProperties: false } as const;
const deviceKey = { tenantId: TenantId, userId: UserId, deviceId: DeviceId };

/**
 * Registers an attempt before its circuit is consumed. Failures already counted plus attempts in flight never
 * exceed the allowed failures, so concurrent attempts can't outrun the lockout: AUTHENTICATION_BUSY asks the
 * caller to wait for one in flight.
 */
export const startAttempt = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/attempts',
  summary: 'Registers an authentication attempt under the lockout rule',
  auth: 'service-key',
  idempotent: false,
  body: Type.Object({ ...deviceKey, attemptId: Uuid }, strict),
  status: 201,
  response: Type.Object({
    externalUserId: Type.Optional(ExternalUserId),
    codeBits: CodeBits,
    threshold: Threshold,
  }),
  errors: ['USER_NOT_FOUND', 'DEVICE_NOT_FOUND', 'LOCKED_OUT', 'AUTHENTICATION_BUSY', 'REPLAY_REFUSED'],
});

const FinishedAttempt = {
  sealedTemplate: Type.Optional(SealedBlob),
  epoch: Type.Integer({ minimum: 0 }),
  /** Failures left before a suspension; absent after a match. */
  remainingAttempts: Type.Optional(Type.Integer({ minimum: 0 })),
  lockoutRemainingSeconds: DurationSeconds,
};

/**
 * `match` resets the failures, stores the operation and returns the sealed template; `no-match` counts;
 * `aborted` (fault of ours, no verdict left the backend) does neither.
 */
export const finishAttempt = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/attempts/:attemptId/finish',
  summary: 'Ends an attempt with its outcome',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ attemptId: Uuid }),
  body: Type.Object(
    {
      outcome: Type.Union([Type.Literal('match'), Type.Literal('no-match'), Type.Literal('aborted')]),
      /** Stored after a match alone; the history names the operation of every outcome. */
      operationInfo: Type.Optional(OperationInfo),
    },
    strict,
  ),
  status: 200,
  response: Type.Object(FinishedAttempt),
  errors: ['NOT_FOUND', 'OPERATION_ALREADY_EXISTS', 'BAD_REQUEST', 'CONFLICT'],
});

/**
 * Takes the match token, compares it and records the outcome, in one transaction (spec 04 §5.2). What is compared is
 * SHA-256(salt || candidate), so that an answer of "match" proves nothing: `tokenHash` does, to who holds the candidate.
 */
export const settleAttempt = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/attempts/:attemptId/settle',
  summary: 'Ends an attempt by its match token, which is gone afterwards',
  auth: 'service-key',
  idempotent: false,
  params: Type.Object({ attemptId: Uuid }),
  body: Type.Object(
    {
      circuitIndex: CircuitIndex,
      /** 16 random bytes. */
      salt: LabelBase64,
      saltedToken: Sha256Base64,
      operationInfo: Type.Optional(OperationInfo),
    },
    strict,
  ),
  status: 200,
  response: Type.Object({
    outcome: Type.Union([Type.Literal('match'), Type.Literal('no-match')]),
    tokenHash: Sha256Base64,
    ...FinishedAttempt,
  }),
  errors: ['NO_SUCH_CIRCUIT_ID', 'NOT_FOUND', 'OPERATION_ALREADY_EXISTS', 'BAD_REQUEST', 'CONFLICT'],
});

const MatchTokenRow = Type.Object({ circuitIndex: CircuitIndex, tokenHash: Sha256Base64 }, strict);

export const putMatchTokens = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/match-tokens',
  summary: 'Stores match token hashes; the same hash at the same index is accepted again',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(
    {
      userId: UserId,
      deviceId: DeviceId,
      tokens: Type.Array(MatchTokenRow, { minItems: 1, maxItems: limits.maxCircuitsPerUpload }),
    },
    strict,
  ),
  status: 204,
  response: 'empty',
  errors: ['CONFLICT'],
});

/** For a vault of the version before `settleAttempt`, while the two run side by side. */
export const takeMatchToken = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/match-tokens/take',
  summary: 'Returns a match token hash and deletes it in the same statement',
  auth: 'service-key',
  idempotent: false,
  body: Type.Object({ userId: UserId, deviceId: DeviceId, circuitIndex: CircuitIndex }, strict),
  status: 200,
  response: Type.Object({ tokenHash: Sha256Base64 }),
  errors: ['NO_SUCH_CIRCUIT_ID'],
});

/** For tokens that are good for one use over all processes: the first call gets `fresh`, every later one does not. */
export const useTokenOnce = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/used-tokens',
  summary: 'Marks a token as used, in one step, until it expires',
  auth: 'service-key',
  idempotent: false,
  body: Type.Object(
    {
      /** Of an id that names the token among all tenants; the token itself stays with whoever checks it. */
      tokenSha256: Sha256Base64,
      expiresAtMs: TimestampMs,
    },
    strict,
  ),
  status: 200,
  response: Type.Object({ fresh: Type.Boolean() }),
  errors: [],
});
