import { Type } from 'typebox';

const BASE_URL = '^https?://[^\\s/]+';
const PREFIX = '^([A-Za-z0-9][A-Za-z0-9._-]{0,254}/)+$';
const checksumMode = Type.Union([Type.Literal('when-required'), Type.Literal('when-supported')]);

/** Variables about where payloads are kept. */
export const objectStoreConfigProperties = {
  objectStoreKind: Type.Union([Type.Literal('file'), Type.Literal('s3')], {
    env: 'OBJECT_STORE_KIND',
    description: 'Where payloads are kept: a folder, or S3 and what speaks its protocol',
    default: 'file',
  }),
  objectStoreDirectory: Type.Optional(
    Type.String({
      env: 'OBJECT_STORE_DIRECTORY',
      description: 'Folder of the payloads, on one file system that all replicas share; needed by kind file',
      minLength: 1,
    }),
  ),
  objectStoreFsync: Type.Boolean({
    env: 'OBJECT_STORE_FSYNC',
    description: 'Whether a payload is on the disk before its upload is answered; kind file',
    default: true,
  }),
  s3Bucket: Type.Optional(
    Type.String({
      env: 'S3_BUCKET',
      description: 'Bucket of the payloads, which must exist; needed by kind s3',
      minLength: 1,
      maxLength: 255,
    }),
  ),
  s3Prefix: Type.Optional(
    Type.String({
      env: 'S3_PREFIX',
      pattern: PREFIX,
      description: 'Begins every key, ends with a slash; for a bucket that others use too',
    }),
  ),
  s3Endpoint: Type.Optional(
    Type.String({
      env: 'S3_ENDPOINT',
      pattern: BASE_URL,
      description: 'Base URL of the S3 server; that of the AWS region if unset',
    }),
  ),
  s3Region: Type.Optional(
    Type.String({
      env: 'S3_REGION',
      pattern: '^[a-z0-9-]{1,64}$',
      description: 'Region of the bucket; what the AWS SDK finds if unset',
    }),
  ),
  s3ForcePathStyle: Type.Boolean({
    env: 'S3_FORCE_PATH_STYLE',
    description: 'Bucket in the path instead of the host name, as most servers other than AWS want it',
    default: false,
  }),
  s3AccessKeyId: Type.Optional(
    Type.String({
      env: 'S3_ACCESS_KEY_ID',
      minLength: 1,
      description: 'Access key, with S3_SECRET_ACCESS_KEY; unset: what the AWS SDK finds, e.g. a role',
    }),
  ),
  s3SecretAccessKey: Type.Optional(
    Type.String({
      env: 'S3_SECRET_ACCESS_KEY',
      minLength: 1,
      secret: true,
      description: 'Secret of the access key',
    }),
  ),
  s3RequestChecksums: Type.Union(checksumMode.anyOf, {
    env: 'S3_REQUEST_CHECKSUMS',
    description: 'Whether uploads carry a CRC: where the protocol requires it, or everywhere',
    default: 'when-required',
  }),
  s3ResponseChecksums: Type.Union(checksumMode.anyOf, {
    env: 'S3_RESPONSE_CHECKSUMS',
    description: 'Whether CRCs of answers are asked for and checked',
    default: 'when-required',
  }),
  s3TimeoutMs: Type.Integer({
    env: 'S3_TIMEOUT_MS',
    description:
      'Deadline of an operation, its retries included; half of what callers wait is a good measure',
    default: 2000,
    minimum: 100,
    maximum: 60_000,
  }),
  s3ConnectionTimeoutMs: Type.Integer({
    env: 'S3_CONNECTION_TIMEOUT_MS',
    description: 'Deadline of a new connection',
    default: 1000,
    minimum: 50,
    maximum: 60_000,
  }),
  s3MaxConnections: Type.Integer({
    env: 'S3_MAX_CONNECTIONS',
    description: 'Connections kept to the S3 server; requests beyond them wait',
    default: 64,
    minimum: 1,
    maximum: 10_000,
  }),
  s3MaxAttempts: Type.Integer({
    env: 'S3_MAX_ATTEMPTS',
    description: 'Tries of a request, the first included',
    default: 3,
    minimum: 1,
    maximum: 10,
  }),
} as const;

/** Variables about the encryption of payloads. */
export const encryptionConfigProperties = {
  payloadEncryption: Type.Union([Type.Literal('off'), Type.Literal('file'), Type.Literal('kms')], {
    env: 'PAYLOAD_ENCRYPTION',
    description: 'Who wraps the data keys of new payloads; payloads stored before stay readable either way',
    default: 'off',
  }),
  payloadKeyFile: Type.Optional(
    Type.String({
      env: 'PAYLOAD_KEY_FILE',
      minLength: 1,
      description: 'Wrapping keys, a line `id hex` each, 32 bytes; the first one wraps, all unwrap',
    }),
  ),
  payloadKmsKeyId: Type.Optional(
    Type.String({
      env: 'PAYLOAD_KMS_KEY_ID',
      minLength: 1,
      maxLength: 2048,
      description: 'Id, ARN or alias of the symmetric wrapping key in AWS KMS',
    }),
  ),
  kmsEndpoint: Type.Optional(
    Type.String({
      env: 'KMS_ENDPOINT',
      pattern: BASE_URL,
      description: 'Base URL of the key service; that of the AWS region if unset',
    }),
  ),
  kmsRegion: Type.Optional(
    Type.String({
      env: 'KMS_REGION',
      pattern: '^[a-z0-9-]{1,64}$',
      description: 'Region of the key service; what the AWS SDK finds if unset',
    }),
  ),
  kmsTimeoutMs: Type.Integer({
    env: 'KMS_TIMEOUT_MS',
    description: 'Deadline of a call to the key service, its retries included',
    default: 3000,
    minimum: 100,
    maximum: 30_000,
  }),
  payloadKeyMaxAgeSeconds: Type.Integer({
    env: 'PAYLOAD_KEY_MAX_AGE_SECONDS',
    description: 'How long a data key is used and kept in memory before the wrapping key is asked again',
    default: 3600,
    minimum: 1,
    maximum: 86_400,
  }),
  payloadKeyCacheSize: Type.Integer({
    env: 'PAYLOAD_KEY_CACHE_SIZE',
    description: 'Data keys of stored payloads kept in memory',
    default: 1024,
    minimum: 1,
    maximum: 1_000_000,
  }),
} as const;
