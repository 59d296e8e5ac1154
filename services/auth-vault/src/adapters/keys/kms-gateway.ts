import {
  DecryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms';

export interface KmsGatewayOptions {
  /** Base URL instead of the regional one of AWS. */
  readonly endpoint?: string;
  /** By default what the SDK finds (`AWS_REGION`, profile). */
  readonly region?: string;
  /** By default the SDK's provider chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Longest wait for one operation, retries included. */
  readonly deadlineMs: number;
  /** Tries of one operation, the first included; throttling, network faults and 5xx are tried again. */
  readonly maxAttempts: number;
}

export interface KmsPublicKey {
  /** Names this very key, whatever becomes of an alias. */
  readonly keyArn: string;
  readonly spki: Uint8Array;
  readonly keySpec: string | undefined;
  readonly keyUsage: string | undefined;
}

export interface KmsDataKey {
  readonly plaintext: Uint8Array;
  readonly wrapped: Uint8Array;
}

type EncryptionContext = Readonly<Record<string, string>>;

/** The operations of AWS KMS this service uses, each within one deadline. */
export interface KmsGateway {
  getPublicKey(keyId: string): Promise<KmsPublicKey>;
  /** DER signature over a SHA-256 digest. */
  signDigest(keyId: string, digest: Uint8Array): Promise<Uint8Array>;
  /** A data key of 32 bytes. */
  generateDataKey(keyId: string, context: EncryptionContext): Promise<KmsDataKey>;
  decrypt(keyId: string, wrapped: Uint8Array, context: EncryptionContext): Promise<Uint8Array>;
  close(): void;
}

/** Exceptions that no waiting mends: the setting or the policy is wrong. */
const PERMANENT = new Set([
  'AccessDeniedException',
  'DisabledException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
  'UnrecognizedClientException',
  'UnsupportedOperationException',
  'ValidationException',
]);

/** True when the key service refuses for a reason an operator has to remove. */
export const isPermanentKmsRefusal = (error: unknown): boolean =>
  error instanceof Error && PERMANENT.has(error.name);

const required = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the answer of the key service lacks a field');
  return value;
};

export const createKmsGateway = (options: KmsGatewayOptions): KmsGateway => {
  const { endpoint, region, credentials, deadlineMs, maxAttempts } = options;
  // One lost answer must leave time for another try within the deadline.
  const attemptMs = Math.max(1, Math.floor(deadlineMs / maxAttempts));
  const client = new KMSClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts,
    requestHandler: {
      connectionTimeout: attemptMs,
      requestTimeout: attemptMs,
      throwOnRequestTimeout: true,
    },
  });
  const deadline = () => ({ abortSignal: AbortSignal.timeout(deadlineMs) });
  return {
    async getPublicKey(keyId) {
      const answer = await client.send(new GetPublicKeyCommand({ KeyId: keyId }), deadline());
      return {
        keyArn: required(answer.KeyId),
        spki: required(answer.PublicKey),
        keySpec: answer.KeySpec,
        keyUsage: answer.KeyUsage,
      };
    },
    async signDigest(keyId, digest) {
      const command = new SignCommand({
        KeyId: keyId,
        Message: digest,
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      return required((await client.send(command, deadline())).Signature);
    },
    async generateDataKey(keyId, context) {
      const command = new GenerateDataKeyCommand({
        KeyId: keyId,
        KeySpec: 'AES_256',
        EncryptionContext: { ...context },
      });
      const answer = await client.send(command, deadline());
      return { plaintext: required(answer.Plaintext), wrapped: required(answer.CiphertextBlob) };
    },
    async decrypt(keyId, wrapped, context) {
      const command = new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: wrapped,
        EncryptionContext: { ...context },
      });
      return required((await client.send(command, deadline())).Plaintext);
    },
    close: () => client.destroy(),
  };
};
