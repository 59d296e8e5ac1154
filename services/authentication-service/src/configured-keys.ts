import { KMSClient } from '@aws-sdk/client-kms';
import { hexToBytes } from '@openrecognize/bytes';
import type { HttpClient } from '@openrecognize/clients';
import { RecognizeError } from '@openrecognize/contracts';
import { createFileImageKeyStore } from './adapters/file-image-key-store.ts';
import { createKmsImageKeyStore } from './adapters/kms-image-key-store.ts';
import { createLocalWrappingKeyStore } from './adapters/local-wrapping-key-store.ts';
import { createVaultWrappingKeyStore } from './adapters/vault-wrapping-key-store.ts';
import type { AuthenticationServiceConfig } from './config.ts';
import type { ImageKeyStore } from './ports/image-key-store.ts';
import type { WrappingKeyStore } from './ports/wrapping-key-store.ts';

const invalid = (message: string, ...variables: readonly string[]): RecognizeError =>
  new RecognizeError('CONFIG_INVALID', { message, details: { variables: [...variables] } });

/** @throws RecognizeError CONFIG_INVALID unless exactly one holder of the image key is named */
export const createImageKeys = (config: AuthenticationServiceConfig): ImageKeyStore => {
  const { imageKeyFile, imageKmsKeyId, imageKeyIds, kmsRegion, kmsEndpoint, kmsTimeoutMs } = config;
  if ((imageKeyFile === undefined) === (imageKmsKeyId === undefined)) {
    throw invalid('Set one of IMAGE_KEY_FILE and IMAGE_KMS_KEY_ID.', 'IMAGE_KEY_FILE', 'IMAGE_KMS_KEY_ID');
  }
  if (imageKmsKeyId === undefined) return createFileImageKeyStore(imageKeyFile!, imageKeyIds);
  const client = new KMSClient({
    ...(kmsRegion === undefined ? {} : { region: kmsRegion }),
    ...(kmsEndpoint === undefined ? {} : { endpoint: kmsEndpoint }),
  });
  return createKmsImageKeyStore({
    client,
    kmsKeyId: imageKmsKeyId,
    keyIds: imageKeyIds,
    timeoutMs: kmsTimeoutMs,
  });
};

/** @throws RecognizeError CONFIG_INVALID when nothing can wrap */
export const createWrappingKeys = (
  { wrappingKey }: AuthenticationServiceConfig,
  authVault: HttpClient | undefined,
): WrappingKeyStore => {
  const local = wrappingKey === undefined ? undefined : createLocalWrappingKeyStore(hexToBytes(wrappingKey));
  if (authVault) return createVaultWrappingKeyStore(authVault, local);
  if (local) return local;
  throw invalid('Set AUTH_VAULT_URL or WRAPPING_KEY.', 'AUTH_VAULT_URL', 'WRAPPING_KEY');
};
