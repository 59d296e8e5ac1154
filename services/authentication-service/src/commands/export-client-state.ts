import { createHash } from 'node:crypto';
import { constantTimeEqual, utf8ToBytes, wipe } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { RandomSource } from '@openrecognize/zkb/suite';
import { sealContent } from '../ciphers/content-cipher.ts';
import { encodeClientStateDocument } from '../client-state-document.ts';
import type { Backend, BackendContext } from '../ports/backend.ts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';
import { type WebUserRecord, wipeWebUserRecord } from '../web-user-record.ts';
import { type ClientStateEncryption, openClientStateKey } from './content-key.ts';
import { loadWebUser, saveWebUser, type WebUserIdentity } from './web-user-store.ts';

export interface ExportClientStateOptions {
  readonly backend: Backend;
  readonly imageKeys: ImageKeyStore;
  readonly wrappingKeys: WrappingKeyStore;
  readonly random: RandomSource;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long an answer that may have been lost can be asked for again. */
const repeatableForMs = 600_000;

const nonceBytes = 12;

interface Request {
  readonly encryption: ClientStateEncryption;
  readonly key: Uint8Array;
  readonly requestSha256: Uint8Array;
}

const isRepetition = (record: WebUserRecord, { requestSha256 }: Request, nowMs: number): boolean => {
  const { lastExport } = record;
  if (!lastExport || lastExport.expiresAtMs <= nowMs) return false;
  return constantTimeEqual(lastExport.requestSha256, requestSha256);
};

const sealBackup = (options: ExportClientStateOptions, backup: Uint8Array, request: Request): Uint8Array => {
  const document = encodeClientStateDocument(backup);
  try {
    return sealContent(request.encryption.algorithm, request.key, options.random(nonceBytes), document);
  } finally {
    wipe(document);
  }
};

const handOut = async (
  options: ExportClientStateOptions,
  user: WebUserIdentity,
  request: Request,
  context: BackendContext,
): Promise<Uint8Array> => {
  const loaded = await loadWebUser(options, user, context);
  if (!loaded) throw new RecognizeError('CLIENT_STATE_NOT_AVAILABLE');
  const { version, record } = loaded;
  try {
    const nowMs = options.now();
    if (isRepetition(record, request, nowMs)) return record.lastExport!.answer;
    const { backup, device, generatedBackups, sealedSeed } = record;
    if (!backup) throw new RecognizeError('CLIENT_STATE_NOT_AVAILABLE');
    const answer = sealBackup(options, backup, request);
    const lastExport = { requestSha256: request.requestSha256, expiresAtMs: nowMs + repeatableForMs, answer };
    // Gone from here before it arrives there: two parties with one ratchet could answer one index (spec 04 ZK-3).
    const kept = sealedSeed === undefined ? {} : { sealedSeed };
    await saveWebUser(options, user, version, { device, generatedBackups, lastExport, ...kept }, context);
    return answer;
  } finally {
    wipeWebUserRecord(record);
  }
};

/**
 * Hands out the backup client state of a user, encrypted for the caller, once. The same request, wrapped key
 * included, gets the same bytes again for ten minutes, so that a lost answer loses nothing.
 *
 * @returns 12-byte nonce, ciphertext, 16-byte tag.
 * @throws RecognizeError BYTES_INVALID_ENCODING, CLIENT_STATE_DECRYPT_FAILED, USER_NOT_FOUND,
 * CLIENT_STATE_NOT_AVAILABLE, CONFLICT when the record keeps changing under it
 */
export const exportClientState = async (
  options: ExportClientStateOptions,
  wanted: { readonly tenantId: number; readonly customer: string; readonly username: string },
  encryption: ClientStateEncryption,
  context: BackendContext,
): Promise<Uint8Array> => {
  const { key, wrapped } = await openClientStateKey(options.imageKeys, encryption);
  const { tenantId, customer, username } = wanted;
  const named = utf8ToBytes(`${encryption.keyId}/${encryption.algorithm}/`);
  const requestSha256 = new Uint8Array(createHash('sha256').update(named).update(wrapped).digest());
  try {
    const [userId] = await options.backend.findUsers(tenantId, username, context);
    if (userId === undefined) throw new RecognizeError('USER_NOT_FOUND');
    const user = { tenantId, customer, userId };
    const request = { encryption, key, requestSha256 };
    try {
      return await handOut(options, user, request, context);
    } catch (error) {
      // Someone changed the record in between: this very request, repeated, or an authentication.
      if (!isRecognizeError(error) || error.code !== 'CONFLICT') throw error;
      return await handOut(options, user, request, context);
    }
  } finally {
    wipe(key);
  }
};
