import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DataKeyError, type DataKeyFailure, type DataKeyWrapper } from '../ports/data-key-wrapper.ts';

export interface KmsKeyWrapperOptions {
  /** Symmetric key that wraps new data keys: id, ARN or alias. */
  readonly keyId: string;
  /** Unset: what the AWS SDK finds. */
  readonly region?: string;
  /** Base URL of a key service other than AWS. */
  readonly endpoint?: string;
  /** Unset: the usual places of the AWS SDK. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For one operation, retries included; 5,000. */
  readonly timeoutMs?: number;
}

/** Shown to the key service with each data key, which it gives out for nothing else. */
const CONTEXT = { purpose: 'openrecognize circuit payloads' } as const;
const CONNECTION_TIMEOUT_MS = 2000;
const MAX_CONNECTIONS = 16;

const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DisabledException',
  'ExpiredTokenException',
  'IncorrectKeyException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'InvalidSignatureException',
  'KMSInvalidStateException',
  'NotFoundException',
  'UnrecognizedClientException',
]);

const failureOf = (operation: string, thrown: unknown): DataKeyError => {
  const name = thrown instanceof Error ? thrown.name : 'unknown failure';
  const code: DataKeyFailure = REFUSALS.has(name) ? 'KEY_REFUSED' : 'KEY_SERVICE_UNAVAILABLE';
  return new DataKeyError(code, `KMS ${operation}: ${name}`, { cause: thrown });
};

/** Data keys made and unwrapped by AWS KMS. A change of the wrapping key needs no more than the right to use the old. */
export const createKmsKeyWrapper = (options: KmsKeyWrapperOptions): DataKeyWrapper => {
  const { endpoint, credentials, timeoutMs = 5000 } = options;
  const pool = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
  const client = new KMSClient({
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, httpAgent: pool, httpsAgent: pool },
  });
  const within = async <T>(operation: string, work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await work(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      throw failureOf(operation, error);
    }
  };
  return {
    kind: 'kms',
    async generate() {
      const { KeyId, CiphertextBlob, Plaintext } = await within('GenerateDataKey', (abortSignal) =>
        client.send(
          new GenerateDataKeyCommand({
            KeyId: options.keyId,
            KeySpec: 'AES_256',
            EncryptionContext: CONTEXT,
          }),
          { abortSignal },
        ),
      );
      return { keyId: KeyId!, wrapped: CiphertextBlob!, plaintext: Plaintext! };
    },
    async unwrap({ keyId, wrapped }) {
      const { Plaintext } = await within('Decrypt', (abortSignal) =>
        client.send(
          new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: CONTEXT }),
          { abortSignal },
        ),
      );
      return Plaintext!;
    },
    close: () => client.destroy(),
  };
};
