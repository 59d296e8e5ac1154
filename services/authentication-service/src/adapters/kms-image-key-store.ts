import {
  DecryptCommand,
  GetPublicKeyCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  type KMSClient,
} from '@aws-sdk/client-kms';
import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { ImageKeyStore, ImagePublicKey } from '../ports/image-key-store.ts';

export interface KmsImageKeyStoreOptions {
  readonly client: Pick<KMSClient, 'send'>;
  /** Id, ARN or alias of an RSA key for encryption and decryption. */
  readonly kmsKeyId: string;
  /** Names callers may give it; no other name reaches the key service. */
  readonly keyIds: readonly string[];
  /** Deadline of a call, retries of the client included. */
  readonly timeoutMs: number;
}

/** RSA of 4096 bits, the largest the key service has. */
const maxWrappedBytes = 512;

/** An RSA key in AWS KMS: its private half is never here. */
export const createKmsImageKeyStore = (options: KmsImageKeyStoreOptions): ImageKeyStore => {
  const { client, kmsKeyId, timeoutMs } = options;
  const names = new Set(options.keyIds);
  let known: Promise<ImagePublicKey> | undefined;

  const unavailable = (cause: unknown) => new RecognizeError('SERVICE_UNAVAILABLE', { cause });
  const deadline = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });

  const readPublicKey = async (): Promise<ImagePublicKey> => {
    try {
      const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: kmsKeyId }), deadline());
      if (!PublicKey) throw new TypeError('key service answered without a public key');
      return { keyIds: [...names], spki: new Uint8Array(PublicKey) };
    } catch (cause) {
      // Asked anew next time.
      known = undefined;
      throw unavailable(cause);
    }
  };

  return {
    publicKey: () => {
      known ??= readPublicKey();
      return known;
    },
    unwrap: async (keyId, wrapped) => {
      if (!names.has(keyId) || wrapped.length === 0 || wrapped.length > maxWrappedBytes) return undefined;
      const command = new DecryptCommand({
        KeyId: kmsKeyId,
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
        CiphertextBlob: wrapped,
      });
      try {
        const { Plaintext } = await client.send(command, deadline());
        if (!Plaintext) return undefined;
        const key = new Uint8Array(Plaintext);
        wipe(Plaintext);
        return key;
      } catch (error) {
        if (error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException) {
          return undefined;
        }
        throw unavailable(error);
      }
    },
  };
};
