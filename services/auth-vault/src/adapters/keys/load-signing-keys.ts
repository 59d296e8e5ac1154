import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { type PublishedKey, trySigningKey } from '../../commands/jwt-signer.ts';
import { configInvalid, type KeySource, parseKeySources } from '../../key-sources.ts';
import type { SigningKey } from '../../ports/signing-key.ts';
import { loadFilePublicKey, loadFileSigningKey } from './file-signing-key.ts';
import type { KmsGateway } from './kms-gateway.ts';
import { fetchKmsPublicKey, loadKmsSigningKey } from './kms-signing-key.ts';
import { loadPkcs11SigningKey, readPkcs11PublicKey } from './pkcs11-signing-key.ts';
import type { Pkcs11Token } from './pkcs11-token.ts';

export interface SigningKeySettings {
  readonly signingKeys?: readonly string[];
  readonly signingKeyFile?: string;
  readonly signingKeyId: string;
}

/** Where keys that are not in files come from; asked only when a key needs it. */
export interface KeyHolders {
  readonly kms: () => KmsGateway;
  readonly pkcs11: () => Pkcs11Token;
}

export interface LoadedSigningKeys {
  readonly current: SigningKey;
  readonly others: readonly PublishedKey[];
  /** Where the current key is file-based: see {@link FileSigningKey.deriveRefillTicketKey}. */
  readonly deriveRefillTicketKey?: () => Uint8Array;
}

const LIST_VARIABLE = 'SIGNING_KEYS';
const FILE_VARIABLE = 'SIGNING_KEY_FILE';

interface Sources {
  readonly variable: string;
  readonly current: KeySource;
  readonly others: readonly KeySource[];
}

const sourcesOf = ({ signingKeys, signingKeyFile, signingKeyId }: SigningKeySettings): Sources => {
  if (signingKeys !== undefined && signingKeys.length > 0) {
    const [current, ...others] = parseKeySources(signingKeys, LIST_VARIABLE, ['file', 'kms', 'pkcs11']);
    return { variable: LIST_VARIABLE, current: current!, others };
  }
  if (signingKeyFile === undefined) {
    throw configInvalid(LIST_VARIABLE, `is missing, and ${FILE_VARIABLE} as well`);
  }
  const current: KeySource = { keyId: signingKeyId, kind: 'file', location: signingKeyFile };
  return { variable: FILE_VARIABLE, current, others: [] };
};

const loadCurrent = async (
  { keyId, kind, location }: KeySource,
  variable: string,
  holders: KeyHolders,
): Promise<Omit<LoadedSigningKeys, 'others'>> => {
  switch (kind) {
    case 'file': {
      const key = await loadFileSigningKey(location, keyId, variable);
      return { current: key, deriveRefillTicketKey: key.deriveRefillTicketKey };
    }
    case 'kms':
      return { current: await loadKmsSigningKey(holders.kms(), location, keyId, variable) };
    case 'pkcs11':
      return { current: await loadPkcs11SigningKey(holders.pkcs11(), location, keyId) };
  }
};

const loadPublished = async (
  source: KeySource,
  variable: string,
  holders: KeyHolders,
): Promise<PublishedKey> => {
  const { keyId, kind, location, publishedUntilMs } = source;
  const publicKey =
    kind === 'file'
      ? await loadFilePublicKey(location, keyId, variable)
      : kind === 'kms'
        ? (await fetchKmsPublicKey(holders.kms(), location, keyId, variable)).publicKey
        : await readPkcs11PublicKey(holders.pkcs11(), location, keyId);
  return publishedUntilMs === undefined ? { publicKey } : { publicKey, untilMs: publishedUntilMs };
};

const tryOnce = async (key: SigningKey, variable: string): Promise<void> => {
  try {
    await trySigningKey(key);
  } catch (cause) {
    if (isRecognizeError(cause)) throw cause;
    throw new RecognizeError('CONFIG_INVALID', {
      message: `The configuration is invalid: ${variable} names a key that cannot sign`,
      details: { variables: [variable] },
      cause,
    });
  }
};

/**
 * Loads the current key and the public parts of the others, and signs once for a trial. Others whose time is over are
 * left alone: their holder need not have them any more.
 *
 * @throws RecognizeError CONFIG_INVALID, SERVICE_UNAVAILABLE when a key service can't be reached
 */
export const loadSigningKeys = async (
  settings: SigningKeySettings,
  holders: KeyHolders,
  nowMs: number,
): Promise<LoadedSigningKeys> => {
  const { variable, current, others } = sourcesOf(settings);
  const loaded = await loadCurrent(current, variable, holders);
  await tryOnce(loaded.current, variable);
  const alive = others.filter(({ publishedUntilMs }) => (publishedUntilMs ?? nowMs + 1) > nowMs);
  const published: PublishedKey[] = [];
  for (const source of alive) published.push(await loadPublished(source, variable, holders));
  return { ...loaded, others: published };
};
