import type { NamedDataKeyStore } from '../../commands/client-states.ts';
import { configInvalid, parseKeySources } from '../../key-sources.ts';
import { loadFileDataKeyStore } from './file-data-key-store.ts';
import { createKmsDataKeyStore } from './kms-data-key-store.ts';
import type { KmsGateway } from './kms-gateway.ts';

const VARIABLE = 'CLIENT_STATE_KEYS';
const MAX_KEY_ID_BYTES = 64;

/**
 * Wrapping keys in the order of the configuration; none when nothing is configured. Files are read now, a key service
 * is asked at the first use.
 *
 * @throws RecognizeError CONFIG_INVALID
 */
export const loadClientStateKeys = async (
  entries: readonly string[] | undefined,
  kms: () => KmsGateway,
): Promise<readonly NamedDataKeyStore[]> => {
  if (entries === undefined || entries.length === 0) return [];
  const keys: NamedDataKeyStore[] = [];
  for (const { keyId, kind, location, publishedUntilMs } of parseKeySources(entries, VARIABLE, [
    'file',
    'kms',
  ])) {
    if (publishedUntilMs !== undefined) throw configInvalid(VARIABLE, 'takes no until=');
    if (Buffer.byteLength(keyId) > MAX_KEY_ID_BYTES)
      throw configInvalid(VARIABLE, 'has an id above 64 bytes');
    const store =
      kind === 'file'
        ? await loadFileDataKeyStore(location, VARIABLE)
        : createKmsDataKeyStore(kms(), location);
    keys.push({ keyId, store });
  }
  return keys;
};
