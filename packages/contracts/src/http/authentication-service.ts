import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { Scenario } from './enrollment-agent.ts';
import { Base64UpTo, CircuitCount, CustomerName, ExternalUserId, UserId } from './fields.ts';

const userParams = Type.Object({ customer: CustomerName, username: ExternalUserId });

const ContentAlgorithm = Type.Union([Type.Literal('AES-GCM'), Type.Literal('AES-GCM-SIV')]);

/** Names the RSA key a caller wraps its AES key under. */
const keyHeaders = {
  'kl-key-id': Type.String({ minLength: 1, maxLength: 256 }),
  'kl-key-algorithm': Type.Literal('RSAES-OAEP-SHA-256'),
} as const;

/** JWT of the integrator's backend: asked for when the tenant's user authorization is `RemoteJWKSet`. */
const authorizationHeader = {
  'kl-authorization-token': Type.Optional(Type.String({ minLength: 1, maxLength: 8_192 })),
} as const;

/** Names as Node delivers them; case-insensitive on the wire. The API key travels in `kl-api-key`. */
const PhotoEnrollmentHeaders = Type.Object({
  ...keyHeaders,
  ...authorizationHeader,
  /** Hex of the RSA-OAEP-wrapped raw AES key of 128, 192 or 256 bits. */
  'kl-image-key': Type.String({ minLength: 2, maxLength: 2_048 }),
  'kl-image-algorithm': ContentAlgorithm,
  'kl-scenario': Scenario,
  /** `true` also enrolls a backup device of the user, whose client state waits for one export. */
  'kl-prepare-backup': Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
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
    'USER_AUTHORIZATION_INVALID',
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

/** Encryption of a client state on its way; `BACKUP` is the only type that is kept by a customer. */
const clientStateHeaders = {
  ...keyHeaders,
  /** Hex of the RSA-OAEP-wrapped raw AES-256 key; other characters are refused with 422. */
  'kl-client-state-key': Type.String({ minLength: 1, maxLength: 2_048 }),
  'kl-client-state-algorithm': ContentAlgorithm,
} as const;

const ClientStateExportHeaders = Type.Object({
  ...clientStateHeaders,
  'kl-client-state-type': Type.Literal('BACKUP'),
});

/** A client state leaves once. The same request, key header included, is answered with the same bytes for a while. */
export const exportClientState = defineEndpoint({
  method: 'POST',
  path: '/v1/users/:customer/:username/export-client-state',
  summary:
    'Hands out the backup client state prepared at enrollment: 96-bit nonce, then AES ciphertext with its tag',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  headers: ClientStateExportHeaders,
  status: 200,
  response: 'bytes',
  errors: [
    'BYTES_INVALID_ENCODING',
    'CLIENT_STATE_DECRYPT_FAILED',
    'CLIENT_STATE_NOT_AVAILABLE',
    'USER_NOT_FOUND',
    'CUSTOMER_NOT_FOUND',
    'NOT_ACCEPTABLE',
    'CONFLICT',
  ],
});

const ClientStateImportHeaders = Type.Object(clientStateHeaders);

/** Lets a user who was enrolled on premises authenticate on the web. The caller must forget its copy. */
export const importClientState = defineEndpoint({
  method: 'POST',
  path: '/v1/users/:customer/:username/import-client-state',
  summary: 'Takes over the client state of an enrolled user: 96-bit nonce, then AES ciphertext with its tag',
  auth: 'secret-key',
  idempotent: false,
  params: userParams,
  headers: ClientStateImportHeaders,
  body: 'bytes',
  status: 201,
  response: Type.Object({
    keylessId: UserId,
    /** Authentications left before the next refill. */
    stock: CircuitCount,
  }),
  errors: [
    'BYTES_INVALID_ENCODING',
    'CLIENT_STATE_DECRYPT_FAILED',
    'CLIENT_STATE_INVALID',
    'ARTIFACT_MISMATCH',
    'USER_NOT_FOUND',
    'DEVICE_NOT_FOUND',
    'NOT_ENOUGH_CIRCUITS',
    'ALREADY_ENROLLED',
    'CUSTOMER_NOT_FOUND',
  ],
});

export const imageEncryptionKey = defineEndpoint({
  method: 'GET',
  path: '/v1/image-encryption-key',
  summary: 'Public key under which callers wrap their AES keys',
  auth: 'public',
  idempotent: true,
  status: 200,
  response: Type.Object({
    keyId: Type.String(),
    /** Further names of the same key. */
    aliases: Type.Array(Type.String()),
    keyAlgorithm: Type.Literal('RSAES-OAEP-SHA-256'),
    /** SubjectPublicKeyInfo, DER, base64. */
    publicKey: Base64UpTo(1_024),
    contentAlgorithms: Type.Array(ContentAlgorithm),
  }),
  errors: ['SERVICE_UNAVAILABLE'],
});

export const authenticationServiceEndpoints = {
  photoEnrollment,
  enrollmentStatus,
  exportClientState,
  importClientState,
  imageEncryptionKey,
} as const;
