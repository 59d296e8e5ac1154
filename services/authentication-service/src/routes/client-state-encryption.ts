import type { ClientStateEncryption } from '../commands/content-key.ts';

interface EncryptionHeaders {
  readonly 'kl-key-id': string;
  readonly 'kl-client-state-key': string;
  readonly 'kl-client-state-algorithm': ClientStateEncryption['algorithm'];
}

export const encryptionOf = (headers: EncryptionHeaders): ClientStateEncryption => ({
  keyId: headers['kl-key-id'],
  wrappedKey: headers['kl-client-state-key'],
  algorithm: headers['kl-client-state-algorithm'],
});
