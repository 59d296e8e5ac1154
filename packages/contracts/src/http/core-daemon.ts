import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  CircuitCount,
  CircuitIndex,
  DeviceDescription,
  DeviceId,
  DeviceSignature,
  DurationSeconds,
  ExternalUserId,
  OperationInfo,
  PublicSigningKey,
  RequestNonce,
  SealedBlob,
  ServerNonce,
  TimestampMs,
  UserId,
  Uuid,
} from './fields.ts';

const strict = { additionalProperties: false } as const;
const signedRequest = {
  timestampMs: TimestampMs,
  requestNonce: RequestNonce,
  signature: DeviceSignature,
};

export const BeginEnrollmentRequest = Type.Object(
  {
    ...DeviceDescription,
    externalUserId: Type.Optional(ExternalUserId),
    /** Of the tenant's identity provider, about the user of that external id (spec 08 §8). */
    iamToken: Type.Optional(Type.String({ minLength: 1, maxLength: limits.maxIamTokenChars })),
    operationInfo: Type.Optional(OperationInfo),
    ...signedRequest,
  },
  strict,
);
export type BeginEnrollmentRequest = Static<typeof BeginEnrollmentRequest>;

/** spec 04: enrollment, first message. Repeating it with the same device key yields the same enrollment. */
export const beginEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments',
  summary: 'Registers a device that does not count until its commit',
  auth: 'mobile-key',
  idempotent: true,
  body: BeginEnrollmentRequest,
  status: 201,
  response: Type.Object({ enrollmentId: Uuid, userId: UserId, deviceId: DeviceId, expiresAtMs: TimestampMs }),
  errors: [
    'SIGNATURE_INVALID',
    'REQUEST_EXPIRED',
    'IAM_TOKEN_INVALID',
    'ALREADY_ENROLLED',
    'ARTIFACT_MISMATCH',
    'MAX_NUMBER_OF_DEVICES_REACHED',
  ],
});

const deviceSignatureHeader = Type.Object({ 'x-device-signature': DeviceSignature });

/** Body: a circuit batch (spec 04, circuit batch codec) with match tokens. */
export const uploadEnrollmentCircuits = defineEndpoint({
  method: 'PUT',
  path: '/v1/enrollments/:enrollmentId/circuits',
  summary: 'Uploads garbled circuits and match tokens of an open enrollment',
  auth: 'mobile-key',
  idempotent: true,
  params: Type.Object({ enrollmentId: Uuid }),
  headers: deviceSignatureHeader,
  body: 'bytes',
  status: 200,
  response: Type.Object({ stored: CircuitCount, stock: CircuitCount }),
  errors: [
    'ENROLLMENT_NOT_FOUND',
    'ENROLLMENT_EXPIRED',
    'PROTOCOL_INVALID_MESSAGE',
    'SIGNATURE_INVALID',
    'CONFLICT',
  ],
});

export const commitEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/:enrollmentId/commit',
  summary: 'Makes the enrollment count; repeated calls give the same answer',
  auth: 'mobile-key',
  idempotent: true,
  params: Type.Object({ enrollmentId: Uuid }),
  body: Type.Object(signedRequest, strict),
  status: 200,
  response: Type.Object({
    userId: UserId,
    deviceId: DeviceId,
    stock: CircuitCount,
    /** Lets the device upload the rest of its circuits in the background. */
    refill: Type.Object({
      ticket: Type.String({ maxLength: 512 }),
      fromIndex: CircuitIndex,
      count: CircuitCount,
    }),
  }),
  errors: [
    'ENROLLMENT_NOT_FOUND',
    'ENROLLMENT_EXPIRED',
    'ENROLLMENT_INCOMPLETE',
    'ALREADY_ENROLLED',
    'SIGNATURE_INVALID',
  ],
});

const deviceIdentity = { userId: UserId, deviceId: DeviceId, publicSigningKey: PublicSigningKey };

export const BeginAuthenticationRequest = Type.Object(
  { ...deviceIdentity, nextIndex: CircuitIndex, ...signedRequest },
  strict,
);
export type BeginAuthenticationRequest = Static<typeof BeginAuthenticationRequest>;

/** spec 04: authentication, step 1 ("device auth"). */
export const beginAuthentication = defineEndpoint({
  method: 'POST',
  path: '/v1/authentications',
  summary: 'Device authentication: checks the lockout and reserves one circuit',
  auth: 'mobile-key',
  idempotent: true,
  body: BeginAuthenticationRequest,
  status: 200,
  response: Type.Object({
    authenticationId: Uuid,
    circuitIndex: CircuitIndex,
    serverNonce: ServerNonce,
    leaseExpiresAtMs: TimestampMs,
    stock: CircuitCount,
  }),
  errors: [
    'SIGNATURE_INVALID',
    'REQUEST_EXPIRED',
    'REPLAY_REFUSED',
    'USER_NOT_FOUND',
    'DEVICE_NOT_FOUND',
    'LOCKED_OUT',
    'NOT_ENOUGH_CIRCUITS',
  ],
});

/** JSON header of the user authentication message; the labels follow it as raw bytes. */
export const FinishAuthenticationHeader = Type.Object(
  {
    ...deviceIdentity,
    circuitIndex: CircuitIndex,
    serverNonce: ServerNonce,
    purpose: Type.Union([Type.Literal('authenticate'), Type.Literal('de-enroll')]),
    transactionData: Type.Optional(Type.String({ maxLength: limits.maxTransactionDataBytes })),
    audience: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    operationInfo: Type.Optional(OperationInfo),
    signature: DeviceSignature,
  },
  strict,
);
export type FinishAuthenticationHeader = Static<typeof FinishAuthenticationHeader>;

export const FinishAuthenticationResponse = Type.Object({
  userId: UserId,
  signedJwt: Type.Optional(Type.String()),
  /** Released after a match alone; absent when the purpose was to de-enroll. */
  sealedTemplate: Type.Optional(SealedBlob),
  epoch: Type.Integer({ minimum: 0 }),
  stock: CircuitCount,
  refill: Type.Optional(
    Type.Object({ ticket: Type.String({ maxLength: 512 }), fromIndex: CircuitIndex, count: CircuitCount }),
  ),
});
export type FinishAuthenticationResponse = Static<typeof FinishAuthenticationResponse>;

/** spec 04: authentication, step 2 ("user auth"). Body: user authentication message codec. */
export const finishAuthentication = defineEndpoint({
  method: 'POST',
  path: '/v1/authentications/:authenticationId',
  summary: 'User authentication: consumes the circuit, evaluates it, releases the JWT on a match',
  auth: 'mobile-key',
  idempotent: false,
  params: Type.Object({ authenticationId: Uuid }),
  body: 'bytes',
  status: 200,
  response: FinishAuthenticationResponse,
  errors: [
    'PROTOCOL_INVALID_MESSAGE',
    'SIGNATURE_INVALID',
    'FAILED_TO_AUTHENTICATE_USER',
    'LOCKED_OUT',
    'AUTHENTICATION_BUSY',
    'NO_SUCH_CIRCUIT_ID',
    'RESERVATION_EXPIRED',
    'REPLAY_REFUSED',
    'CIRCUIT_CORRUPT',
    'OPERATION_ALREADY_EXISTS',
    'JWT_SIGN_FAILED',
  ],
});

/** spec 04: refill ("send circuit"). Body: circuit batch with match tokens. */
export const uploadCircuits = defineEndpoint({
  method: 'PUT',
  path: '/v1/users/:userId/devices/:deviceId/circuits',
  summary: 'Uploads replacement circuits under a refill ticket',
  auth: 'mobile-key',
  idempotent: true,
  params: Type.Object({ userId: UserId, deviceId: DeviceId }),
  headers: Type.Object({ 'x-refill-ticket': Type.String({ minLength: 1, maxLength: 512 }) }),
  body: 'bytes',
  status: 200,
  response: Type.Object({ stored: CircuitCount, stock: CircuitCount }),
  errors: ['TICKET_INVALID', 'PROTOCOL_INVALID_MESSAGE', 'CONFLICT', 'USER_NOT_FOUND'],
});

/** Behind `validateUserAndDeviceActive` and the remaining lockout time. */
export const deviceStatus = defineEndpoint({
  method: 'POST',
  path: '/v1/devices/status',
  summary: 'Says whether user and device are active, and the remaining suspension',
  auth: 'mobile-key',
  idempotent: true,
  body: Type.Object({ ...deviceIdentity, ...signedRequest }, strict),
  status: 200,
  response: Type.Object({ lockoutRemainingSeconds: DurationSeconds, stock: CircuitCount }),
  errors: ['SIGNATURE_INVALID', 'REQUEST_EXPIRED', 'USER_NOT_FOUND', 'DEVICE_NOT_FOUND'],
});

export const coreDaemonEndpoints = {
  beginEnrollment,
  uploadEnrollmentCircuits,
  commitEnrollment,
  beginAuthentication,
  finishAuthentication,
  uploadCircuits,
  deviceStatus,
} as const;
