import { Type } from 'typebox';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  Base64UpTo,
  CircuitCount,
  CircuitIndex,
  CustomerName,
  DeviceId,
  DeviceSignature,
  DurationSeconds,
  ExternalUserId,
  LabelBase64,
  OperationInfo,
  PublicSigningKey,
  SealedBlob,
  Sha256Base64,
  TimestampMs,
  UserId,
  Uuid,
} from './fields.ts';

const strict = { additionalProperties: false } as const;

export const Jwk = Type.Object({
  kty: Type.String(),
  use: Type.Literal('sig'),
  alg: Type.String(),
  kid: Type.String(),
  crv: Type.Optional(Type.String()),
  x: Type.Optional(Type.String()),
  y: Type.Optional(Type.String()),
  n: Type.Optional(Type.String()),
  e: Type.Optional(Type.String()),
});
export const Jwks = Type.Object({ keys: Type.Array(Jwk) });

export const verifyDeviceSignature = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/device-signatures/verify',
  summary: 'Checks that the key names the device and that the signature is its own',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(
    {
      deviceId: DeviceId,
      publicSigningKey: PublicSigningKey,
      /** The signing input (spec 04), not its hash. */
      message: Base64UpTo(2_048),
      signature: DeviceSignature,
      /**
       * A JWT will be asked for in a moment: refused with JWT_SIGN_FAILED while the signing key is known not to work,
       * so that no circuit is spent on it. False by default.
       */
      willSign: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
  status: 204,
  response: 'empty',
  errors: ['SIGNATURE_INVALID', 'JWT_SIGN_FAILED'],
});

export const MatchToken = Type.Object({ circuitIndex: CircuitIndex, tokenHash: Sha256Base64 }, strict);

export const storeMatchTokens = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/match-tokens',
  summary: 'Stores hashes of match labels under an open enrollment or a refill ticket',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(
    {
      userId: UserId,
      deviceId: DeviceId,
      authorization: Type.Union([
        Type.Object({ kind: Type.Literal('enrollment'), enrollmentId: Uuid }, strict),
        Type.Object({ kind: Type.Literal('ticket'), ticket: Type.String({ maxLength: 512 }) }, strict),
      ]),
      tokens: Type.Array(MatchToken, { minItems: 1, maxItems: limits.maxCircuitsPerUpload }),
    },
    strict,
  ),
  status: 204,
  response: 'empty',
  errors: ['TICKET_INVALID', 'ENROLLMENT_NOT_FOUND', 'CONFLICT'],
});

const RefillGrant = Type.Object({ fromIndex: CircuitIndex, count: CircuitCount }, strict);

export const issueRefillTicket = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/refill-tickets',
  summary: 'Ticket for a fresh enrollment to upload the rest of its circuits',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ userId: UserId, deviceId: DeviceId, enrollmentId: Uuid, refill: RefillGrant }, strict),
  status: 200,
  response: Type.Object({ ticket: Type.String(), expiresAtMs: TimestampMs }),
  errors: ['ENROLLMENT_NOT_FOUND'],
});

export const checkRefillTicket = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/refill-tickets/check',
  summary: 'Says whether a ticket of this device holds, whatever it is shown for',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object(
    { userId: UserId, deviceId: DeviceId, ticket: Type.String({ minLength: 1, maxLength: 512 }) },
    strict,
  ),
  status: 204,
  response: 'empty',
  errors: ['TICKET_INVALID'],
});

/**
 * The stored token is deleted at this lookup, and the attempt ends with it, whatever the verdict. `operationInfo` is
 * stored with a match alone. After a match the sealed template comes along, which the vault can't open.
 */
export const resolveMatch = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/attempts/:attemptId/verdict',
  summary: 'Compares an output label with its token, records the outcome; on a match JWT and refill ticket',
  auth: 'service-key',
  idempotent: false,
  params: Type.Object({ attemptId: Uuid }),
  body: Type.Object(
    {
      customer: CustomerName,
      userId: UserId,
      deviceId: DeviceId,
      operationInfo: Type.Optional(OperationInfo),
      externalUserId: Type.Optional(ExternalUserId),
      circuitIndex: CircuitIndex,
      outputLabel: LabelBase64,
      jwt: Type.Optional(
        Type.Object(
          {
            transactionData: Type.String({ maxLength: limits.maxTransactionDataBytes }),
            audience: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
            /** Sets `nonce`. */
            nonce: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
            /** Sets `exp` to `iat` plus this; no `exp` without it. */
            lifetimeSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
            /** Sets `jti`, a fresh UUID; false by default. */
            includeJti: Type.Optional(Type.Boolean()),
          },
          strict,
        ),
      ),
      refill: Type.Optional(RefillGrant),
    },
    strict,
  ),
  status: 200,
  response: Type.Object({
    match: Type.Boolean(),
    signedJwt: Type.Optional(Type.String()),
    refillTicket: Type.Optional(Type.String()),
    sealedTemplate: Type.Optional(SealedBlob),
    epoch: Type.Integer({ minimum: 0 }),
    /** Failures left before a suspension; absent after a match. */
    remainingAttempts: Type.Optional(Type.Integer({ minimum: 0 })),
    lockoutRemainingSeconds: DurationSeconds,
  }),
  errors: ['NO_SUCH_CIRCUIT_ID', 'JWT_SIGN_FAILED', 'NOT_FOUND', 'OPERATION_ALREADY_EXISTS', 'CONFLICT'],
});

export const readJwks = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/jwks',
  summary: 'Public signing keys',
  auth: 'service-key',
  idempotent: true,
  status: 200,
  response: Jwks,
  errors: [],
});

/** Whose client state it is: a state wrapped for one context unwraps in no other. */
const clientStateOwner = { customer: CustomerName, userId: UserId } as const;

/** A client state as its holder encodes it, opaque to the vault; wrapped, it fits what node-persistence stores. */
const ClientStateBytes = Base64UpTo(15_360);

/**
 * The wrapped state with its header (version, key id, wrapped data key); the first byte is 2, so that holders of
 * states under another scheme can tell them apart.
 */
const WrappedClientState = Base64UpTo(16_384);

export const wrapClientState = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/client-states/wrap',
  summary: 'Encrypts the client state of a web user under a data key of its own',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ ...clientStateOwner, clientState: ClientStateBytes }, strict),
  status: 200,
  response: Type.Object({ wrapped: WrappedClientState }),
  errors: [],
});

export const unwrapClientState = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/client-states/unwrap',
  summary: 'Opens a wrapped client state for the tenant and user it was wrapped for',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ ...clientStateOwner, wrapped: WrappedClientState }, strict),
  status: 200,
  response: Type.Object({ clientState: ClientStateBytes }),
  errors: ['CLIENT_STATE_INVALID'],
});

export const authVaultEndpoints = {
  verifyDeviceSignature,
  storeMatchTokens,
  issueRefillTicket,
  checkRefillTicket,
  resolveMatch,
  readJwks,
  wrapClientState,
  unwrapClientState,
} as const;
