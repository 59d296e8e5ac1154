import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { Scenario } from './enrollment-agent.ts';
import { CustomerName, ExternalUserId, UserId } from './fields.ts';

const userParams = Type.Object({ customer: CustomerName, username: ExternalUserId });

/** Names as Node delivers them; case-insensitive on the wire. The API key travels in `kl-api-key`. */
export const PhotoEnrollmentHeaders = Type.Object({
  'kl-key-id': Type.String({ minLength: 1, maxLength: 256 }),
  'kl-key-algorithm': Type.Literal('RSAES-OAEP-SHA-256'),
  /** Hex of the RSA-OAEP-wrapped raw AES key of 128, 192 or 256 bits. */
  'kl-image-key': Type.String({ minLength: 2, maxLength: 2_048 }),
  'kl-image-algorithm': Type.Union([Type.Literal('AES-GCM'), Type.Literal('AES-GCM-SIV')]),
  'kl-scenario': Scenario,
});

export const photoEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/users/:customer/:username',
  summary: 'Enrolls a user from an encrypted photo: 96-bit nonce, then AES ciphertext with its tag',
  auth: 'secret-key',
  idempotent: false,
  params: userParams,
  headers: PhotoEnrollmentHeaders,
  body: 'bytes',
  status: 201,
  response: Type.Object({ keylessId: UserId }),
  errors: [
    'IMAGE_DECRYPT_FAILED',
    'IMAGE_FORMAT_INVALID',
    'FILTER_TRIGGERED',
    'ALREADY_ENROLLED',
    'CUSTOMER_NOT_FOUND',
    'TOO_MANY_REQUESTS',
  ],
});

export const enrollmentStatus = defineEndpoint({
  method: 'GET',
  path: '/v1/users/:customer/:username',
  summary: 'Whether a username is enrolled',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  status: 200,
  response: Type.Object({ isEnrolled: Type.Boolean(), keylessId: Type.Optional(UserId) }),
  errors: ['CUSTOMER_NOT_FOUND'],
});

export const authenticationServiceEndpoints = { photoEnrollment, enrollmentStatus } as const;
