import type { DataKeyContext, DataKeyStore } from '../../ports/data-key-store.ts';
import type { KmsGateway } from './kms-gateway.ts';

/** What KMS says of a ciphertext that is not this key's or not for this context. */
const FOREIGN = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

const encryptionContextOf = ({ customer, userId }: DataKeyContext) => ({ customer, userId });

/**
 * Data keys of AWS KMS. The context is authenticated by KMS and appears in its log; both names are pseudonyms.
 * `Decrypt` names the key, so that nobody can pass off a data key wrapped under one of their own.
 *
 * @param location key id, ARN or alias; an alias has to stay with its key (see the README on rotation).
 */
export const createKmsDataKeyStore = (kms: KmsGateway, location: string): DataKeyStore => ({
  generate: (context) => kms.generateDataKey(location, encryptionContextOf(context)),
  async open(wrapped, context) {
    try {
      return await kms.decrypt(location, wrapped, encryptionContextOf(context));
    } catch (error) {
      if (error instanceof Error && FOREIGN.has(error.name)) return undefined;
      throw error;
    }
  },
});
