import { Type } from 'typebox';
import { limits } from '../limits.ts';

const base64 = (bytes: number) => Math.ceil(bytes / 3) * 4;

/** Standard base64 of exactly `bytes` bytes. */
const Base64Exactly = (bytes: number) =>
  Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', minLength: base64(bytes), maxLength: base64(bytes) });

/** Standard base64 of at most `bytes` bytes. */
export const Base64UpTo = (bytes: number) =>
  Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: base64(bytes) });

/** keylessId: 32 bytes, uppercase hex. */
export const UserId = Type.String({ pattern: '^[0-9A-F]{64}$' });
/** First 16 bytes of SHA-256 over the device's SPKI, uppercase hex. */
export const DeviceId = Type.String({ pattern: '^[0-9A-F]{32}$' });
/** P-256 SubjectPublicKeyInfo, 91 bytes, base64. */
export const PublicSigningKey = Base64Exactly(91);
/** ECDSA P-256 over SHA-256, IEEE P1363, 64 bytes, base64. */
export const DeviceSignature = Base64Exactly(64);
export const Sha256Base64 = Base64Exactly(32);
export const LabelBase64 = Base64Exactly(16);
export const RequestNonce = Base64Exactly(16);
export const ServerNonce = Base64Exactly(32);
export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
});
export const TenantId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
export const CustomerName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
/** No personal data belongs here; the authentication-service sets it to the username. */
export const ExternalUserId = Type.String({ minLength: 1, maxLength: 256 });
/** Names an API key without giving it away: the first 8 bytes of its SHA-256, lower-case hex. */
export const ApiKeyId = Type.String({ pattern: '^[0-9a-f]{16}$' });
export const OperationId = Type.String({ minLength: 1, maxLength: 128 });
export const CircuitIndex = Type.Integer({ minimum: 0, maximum: 4_294_967_295 });
export const CircuitCount = Type.Integer({ minimum: 0, maximum: limits.maxCircuitsPerDevice });
export const TimestampMs = Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 });
export const DurationSeconds = Type.Integer({ minimum: 0, maximum: 31_536_000 });
export const SealedBlob = Base64UpTo(limits.maxSealedBlobBytes);

export const DeviceType = Type.Union([
  Type.Literal('SDK'),
  Type.Literal('BACKUP'),
  Type.Literal('TEMPORARY_STATE'),
]);
export const DeviceOrigin = Type.Union([
  Type.Literal('ANDROID'),
  Type.Literal('IOS'),
  Type.Literal('KEYLESS_AGENT'),
  Type.Literal('WEB'),
]);
export const Artifact = Type.Object(
  {
    family: Type.String({ minLength: 1, maxLength: 64 }),
    version: Type.String({ minLength: 1, maxLength: 32 }),
  },
  { additionalProperties: false },
);
export const CodeBits = Type.Integer({ minimum: limits.minCodeBits, maximum: limits.maxCodeBits });
export const Threshold = Type.Integer({ minimum: 0, maximum: limits.maxCodeBits });

export const OperationInfo = Type.Object(
  {
    operationId: OperationId,
    payload: Type.Optional(Type.String({ maxLength: limits.maxOperationPayloadBytes })),
    externalUserId: Type.Optional(ExternalUserId),
  },
  { additionalProperties: false },
);

/** What a device says of itself when it enrolls. */
export const DeviceDescription = {
  publicSigningKey: PublicSigningKey,
  publicEncryptionKey: Type.Optional(Base64UpTo(256)),
  deviceType: DeviceType,
  deviceOrigin: DeviceOrigin,
  osVersion: Type.Optional(Type.String({ maxLength: 64 })),
  sdkVersion: Type.Optional(Type.String({ maxLength: 64 })),
  artifact: Artifact,
  codeBits: CodeBits,
  threshold: Threshold,
  epoch: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  sealedTemplate: SealedBlob,
};
