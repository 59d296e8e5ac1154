import { createHash, randomBytes } from 'node:crypto';
import type { ApiKeyKind } from '@openrecognize/contracts';
import type { Static } from 'typebox';

const KEY_BYTES = 32;

/** A fresh API key and the hash under which it is stored: no other service ever sees the key. */
export const newApiKey = (kind: Static<typeof ApiKeyKind>) => {
  const key = `or_${kind}_${randomBytes(KEY_BYTES).toString('base64url')}`;
  return { kind, key, keySha256: createHash('sha256').update(key, 'utf8').digest('base64') };
};
