import { createHash } from 'node:crypto';

/**
 * Names an API key without giving it away (`ApiKeyId` of the contract). Keys are long random texts, so 64 bits of
 * their hash tell them apart and lead nowhere.
 */
export const apiKeyIdOf = (key: string): string =>
  createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 16);
