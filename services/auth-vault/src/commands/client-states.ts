import { concatBytes, utf8ToBytes, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';
import { decodeEnvelope, encodeEnvelopeHeader } from '../client-state-envelope.ts';
import type { DataKeyContext, DataKeyStore } from '../ports/data-key-store.ts';
import type { Incidents } from '../ports/incidents.ts';

/** Encrypts client states of web users, each under a data key of its own. */
export interface ClientStates {
  /**
   * @param clientState not modified, not retained.
   * @throws RecognizeError SERVICE_UNAVAILABLE when the wrapping key cannot be used
   */
  wrap(clientState: Uint8Array, context: DataKeyContext): Promise<Uint8Array>;
  /**
   * @returns plaintext owned by the caller, who wipes it.
   * @throws RecognizeError CLIENT_STATE_INVALID for anything but the very bytes wrapped for this tenant and user,
   * SERVICE_UNAVAILABLE when the wrapping key cannot be used
   */
  unwrap(wrapped: Uint8Array, context: DataKeyContext): Promise<Uint8Array>;
}

/** A wrapping key and the id that envelopes name it by. */
export interface NamedDataKeyStore {
  readonly keyId: string;
  readonly store: DataKeyStore;
}

const NONCE_BYTES = 12;

/** Domain, then header, then context: neither a customer name nor a user id holds a line feed. */
const aadOf = (header: Uint8Array, { customer, userId }: DataKeyContext): Uint8Array =>
  concatBytes(
    utf8ToBytes('openrecognize/auth-vault/v1 client state\n'),
    header,
    utf8ToBytes(`\n${customer}\n${userId}`),
  );

const noKey = (): RecognizeError =>
  new RecognizeError('SERVICE_UNAVAILABLE', { cause: new Error('CLIENT_STATE_KEYS is not set') });

/** @param keys the first wraps, all of them unwrap; none: both operations are refused. */
export const createClientStates = (
  keys: readonly NamedDataKeyStore[],
  incidents: Pick<Incidents, 'clientStateKeyFailed'>,
): ClientStates => {
  const byId = new Map(keys.map(({ keyId, store }) => [keyId, store]));
  const current = keys[0];

  const reporting = async <T>(operation: 'wrap' | 'unwrap', call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (cause) {
      incidents.clientStateKeyFailed(operation, cause);
      throw new RecognizeError('SERVICE_UNAVAILABLE', { cause });
    }
  };

  return {
    async wrap(clientState, context) {
      if (!current) throw noKey();
      const { keyId, store } = current;
      const { plaintext: key, wrapped: wrappedKey } = await reporting('wrap', () => store.generate(context));
      try {
        const header = encodeEnvelopeHeader({ keyId, wrappedKey });
        const nonce = nodeRandom(NONCE_BYTES);
        const sealed = nodeCryptoSuite.aes256GcmSeal(key, nonce, aadOf(header, context), clientState);
        return concatBytes(header, nonce, sealed);
      } finally {
        wipe(key);
      }
    },
    async unwrap(wrapped, context) {
      if (!current) throw noKey();
      const envelope = decodeEnvelope(wrapped);
      const store = envelope && byId.get(envelope.keyId);
      if (!envelope || !store) throw new RecognizeError('CLIENT_STATE_INVALID');
      const { header, wrappedKey, nonce, sealed } = envelope;
      const key = await reporting('unwrap', () => store.open(wrappedKey, context));
      if (!key) throw new RecognizeError('CLIENT_STATE_INVALID');
      try {
        const clientState = nodeCryptoSuite.aes256GcmOpen(key, nonce, aadOf(header, context), sealed);
        if (!clientState) throw new RecognizeError('CLIENT_STATE_INVALID');
        return clientState;
      } finally {
        wipe(key);
      }
    },
  };
};
