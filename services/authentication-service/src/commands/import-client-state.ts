import { wipe } from '@openrecognize/bytes';
import { readDeviceStatus } from '@openrecognize/clients/device';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { type ClientTools, wipeClientState } from '@openrecognize/zkb/client';
import { deriveDeviceId } from '@openrecognize/zkb/messages';
import { type DeviceKey, importDeviceKey } from '@openrecognize/zkb/node';
import { openContent } from '../ciphers/content-cipher.ts';
import { decodeClientStateDocument, type ReadClientState } from '../client-state-document.ts';
import type { Backend, BackendContext } from '../ports/backend.ts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';
import { type ClientStateEncryption, openClientStateKey } from './content-key.ts';
import { saveWebUser } from './web-user-store.ts';

export interface ImportClientStateOptions {
  readonly backend: Backend;
  readonly analyzer: Pick<ImageAnalyzer, 'manifest'>;
  readonly tools: ClientTools;
  readonly imageKeys: ImageKeyStore;
  readonly wrappingKeys: WrappingKeyStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The user whose client state is taken over. */
export interface ImportingUser {
  readonly tenantId: number;
  readonly customer: string;
  readonly username: string;
}

const openDocument = async (
  imageKeys: ImageKeyStore,
  encryption: ClientStateEncryption,
  body: Uint8Array,
): Promise<ReadClientState> => {
  const { key } = await openClientStateKey(imageKeys, encryption);
  const document = openContent(encryption.algorithm, key, body);
  wipe(key);
  if (!document) throw new RecognizeError('CLIENT_STATE_DECRYPT_FAILED');
  try {
    return decodeClientStateDocument(document);
  } finally {
    wipe(document);
  }
};

const signerOf = ({ suite }: ClientTools, { privateKey, state }: ReadClientState): DeviceKey => {
  let key: DeviceKey;
  try {
    key = importDeviceKey(privateKey);
  } catch (cause) {
    throw new RecognizeError('CLIENT_STATE_INVALID', { cause });
  }
  if (deriveDeviceId(suite, key.publicSigningKey) !== state.deviceId) {
    throw new RecognizeError('CLIENT_STATE_INVALID');
  }
  return key;
};

/** The user is this tenant's and goes by that name; the device is active, its key is right and circuits are left. */
const checkAtBackend = async (
  { backend, tools, now }: ImportClientStateOptions,
  { tenantId, customer, username }: ImportingUser,
  client: ReadClientState,
  context: BackendContext,
): Promise<number> => {
  const { userId, deviceId } = client.state;
  const linked = await backend.findUsers(tenantId, username, context);
  if (!linked.includes(userId)) throw new RecognizeError('USER_NOT_FOUND');
  const { stock } = await readDeviceStatus({
    transport: backend.deviceTransport(customer, context),
    random: tools.random,
    signer: signerOf(tools, client),
    device: { userId, deviceId },
    now,
  });
  if (stock === 0) throw new RecognizeError('NOT_ENOUGH_CIRCUITS');
  return stock;
};

/**
 * Makes the client state of a user who was enrolled elsewhere (by the enrollment-agent) the one this service
 * authenticates them with on the web. The caller must forget its own copy: a ratchet has one holder (spec 04 ZK-3).
 *
 * @param body 12-byte nonce, ciphertext, 16-byte tag of a client state document.
 * @throws RecognizeError BYTES_INVALID_ENCODING, CLIENT_STATE_DECRYPT_FAILED, CLIENT_STATE_INVALID,
 * ARTIFACT_MISMATCH, USER_NOT_FOUND, DEVICE_NOT_FOUND, NOT_ENOUGH_CIRCUITS, ALREADY_ENROLLED when this service has
 * a client state of the user already
 */
export const importClientState = async (
  options: ImportClientStateOptions,
  user: ImportingUser,
  encryption: ClientStateEncryption,
  body: Uint8Array,
  context: BackendContext,
): Promise<{ readonly keylessId: string; readonly stock: number }> => {
  const client = await openDocument(options.imageKeys, encryption, body);
  const { state, privateKey, encoded } = client;
  try {
    const { family, version } = options.analyzer.manifest;
    if (state.artifact.family !== family || state.artifact.version !== version) {
      throw new RecognizeError('ARTIFACT_MISMATCH', { details: { accepted: [`${family}@${version}`] } });
    }
    const stock = await checkAtBackend(options, user, client, context);
    const { tenantId, customer } = user;
    const identity = { tenantId, customer, userId: state.userId };
    await saveWebUser(options, identity, 0, { device: encoded, generatedBackups: 0 }, context);
    return { keylessId: state.userId, stock };
  } catch (error) {
    if (isRecognizeError(error) && error.code === 'CONFLICT') throw new RecognizeError('ALREADY_ENROLLED');
    throw error;
  } finally {
    wipeClientState(state);
    wipe(privateKey, encoded);
  }
};
