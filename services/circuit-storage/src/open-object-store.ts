import { RecognizeError } from '@openrecognize/contracts';
import type { Service } from '@openrecognize/service-kit';
import { createFileKeyWrapper } from './adapters/file-key-wrapper.ts';
import { createFileObjectStore } from './adapters/file-object-store.ts';
import { createKmsKeyWrapper } from './adapters/kms-key-wrapper.ts';
import { createS3ObjectStore } from './adapters/s3-object-store.ts';
import type { CircuitStorageConfig } from './config.ts';
import { createDataKeys, type DataKeys } from './encryption/data-keys.ts';
import { encryptedObjectStore } from './encryption/encrypted-object-store.ts';
import type { DataKeyWrapper } from './ports/data-key-wrapper.ts';
import type { ObjectStore } from './ports/object-store.ts';

const missing = (variable: string, because: string): RecognizeError =>
  new RecognizeError('CONFIG_INVALID', {
    message: `The configuration is invalid: ${variable} is missing (${because})`,
    details: { variables: [variable] },
  });

const s3Credentials = ({
  s3AccessKeyId: accessKeyId,
  s3SecretAccessKey: secretAccessKey,
}: CircuitStorageConfig) => {
  if (accessKeyId === undefined && secretAccessKey === undefined) return {};
  if (accessKeyId === undefined) throw missing('S3_ACCESS_KEY_ID', 'goes with S3_SECRET_ACCESS_KEY');
  if (secretAccessKey === undefined) throw missing('S3_SECRET_ACCESS_KEY', 'goes with S3_ACCESS_KEY_ID');
  return { credentials: { accessKeyId, secretAccessKey } };
};

const openS3 = (service: Service, config: CircuitStorageConfig): ObjectStore => {
  const { s3Bucket: bucket, s3Endpoint: endpoint, s3Region: region, s3Prefix: keyPrefix } = config;
  if (bucket === undefined) throw missing('S3_BUCKET', 'OBJECT_STORE_KIND is s3');
  const store = createS3ObjectStore({
    bucket,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(keyPrefix === undefined ? {} : { keyPrefix }),
    ...s3Credentials(config),
    forcePathStyle: config.s3ForcePathStyle,
    requestChecksums: config.s3RequestChecksums,
    responseChecksums: config.s3ResponseChecksums,
    timeoutMs: config.s3TimeoutMs,
    connectionTimeoutMs: config.s3ConnectionTimeoutMs,
    maxConnections: config.s3MaxConnections,
    maxAttempts: config.s3MaxAttempts,
  });
  service.onClose('object store', () => store.close());
  return store;
};

const openFiles = ({ objectStoreDirectory: directory, objectStoreFsync: fsync }: CircuitStorageConfig) => {
  if (directory === undefined) throw missing('OBJECT_STORE_DIRECTORY', 'OBJECT_STORE_KIND is file');
  return createFileObjectStore({ directory, fsync });
};

/** Every kind of wrapping key that is configured: what was wrapped before a change stays readable. */
const wrappersOf = (config: CircuitStorageConfig): readonly DataKeyWrapper[] => {
  const { payloadEncryption, payloadKeyFile, payloadKmsKeyId: keyId, kmsEndpoint, kmsRegion } = config;
  if (payloadEncryption === 'file' && payloadKeyFile === undefined) {
    throw missing('PAYLOAD_KEY_FILE', 'PAYLOAD_ENCRYPTION is file');
  }
  if (payloadEncryption === 'kms' && keyId === undefined) {
    throw missing('PAYLOAD_KMS_KEY_ID', 'PAYLOAD_ENCRYPTION is kms');
  }
  const wrappers: DataKeyWrapper[] = [];
  if (payloadKeyFile !== undefined) wrappers.push(createFileKeyWrapper(payloadKeyFile));
  if (keyId !== undefined) {
    wrappers.push(
      createKmsKeyWrapper({
        keyId,
        ...(kmsRegion === undefined ? {} : { region: kmsRegion }),
        ...(kmsEndpoint === undefined ? {} : { endpoint: kmsEndpoint }),
        timeoutMs: config.kmsTimeoutMs,
      }),
    );
  }
  return wrappers;
};

const openDataKeys = (service: Service, config: CircuitStorageConfig, now: () => number): DataKeys => {
  const keys = createDataKeys({
    wrappers: wrappersOf(config),
    ...(config.payloadEncryption === 'off' ? {} : { sealWith: config.payloadEncryption }),
    now,
    maxAgeMs: config.payloadKeyMaxAgeSeconds * 1000,
    cacheSize: config.payloadKeyCacheSize,
  });
  service.onClose('payload keys', () => keys.close());
  return keys;
};

/**
 * The object store the configuration names, with its encryption, and their readiness checks.
 *
 * @param given in place of the configured store; encryption stays as configured
 * @throws RecognizeError CONFIG_INVALID if settings are missing that the chosen kind needs, or a key file is no such
 */
export const openObjectStore = async (
  service: Service,
  config: CircuitStorageConfig,
  now: () => number,
  given: ObjectStore | undefined,
): Promise<ObjectStore> => {
  const keys = openDataKeys(service, config, now);
  const plain =
    given ?? (config.objectStoreKind === 's3' ? openS3(service, config) : await openFiles(config));
  service.readiness.add('object-store', () => plain.probe());
  if (config.payloadEncryption !== 'off') service.readiness.add('payload-keys', () => keys.probe());
  return encryptedObjectStore(plain, keys);
};
