import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import {
  isRecognizeError,
  RecognizeError,
  unwrapClientState,
  wrapClientState,
} from '@openrecognize/contracts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';

/** First byte of what the auth-vault wraps; states under a key of this process begin with 1. */
const vaultVersion = 2;

/** Our own credential or request was refused: no fault of the caller. */
const asOurFault = (error: unknown): unknown =>
  isRecognizeError(error) && error.code === 'SERVICE_KEY_INVALID'
    ? new RecognizeError('INTERNAL_ERROR', { cause: error })
    : error;

/**
 * The auth-vault, which alone holds the wrapping key.
 *
 * @param http shows the service key.
 * @param earlier opens states that were wrapped before the vault did it; without it they don't unwrap.
 */
export const createVaultWrappingKeyStore = (
  http: HttpClient,
  earlier?: WrappingKeyStore,
): WrappingKeyStore => ({
  wrap: async (plaintext, { customer, userId }) => {
    const body = { customer, userId, clientState: bytesToBase64(plaintext) };
    try {
      return base64ToBytes((await callEndpoint(http, wrapClientState, { body })).wrapped);
    } catch (error) {
      throw asOurFault(error);
    }
  },
  unwrap: async (wrapped, context) => {
    if (earlier && wrapped[0] !== vaultVersion) return earlier.unwrap(wrapped, context);
    const { customer, userId } = context;
    const body = { customer, userId, wrapped: bytesToBase64(wrapped) };
    try {
      return base64ToBytes((await callEndpoint(http, unwrapClientState, { body })).clientState);
    } catch (error) {
      throw asOurFault(error);
    }
  },
});
