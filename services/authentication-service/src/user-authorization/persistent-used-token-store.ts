import { hash } from 'node:crypto';
import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import { useTokenOnce } from '@openrecognize/contracts';
import type { UsedTokenStore } from './used-token-store.ts';

/**
 * Store that all processes share: node-persistence. It is told a hash of the id, never the id.
 *
 * @param http client of node-persistence.
 * @throws RecognizeError from `use`, SERVICE_* or STORAGE_UNAVAILABLE: a token that can't be marked is not accepted
 */
export const createPersistentUsedTokenStore = (http: HttpClient): UsedTokenStore => ({
  async use(id, expiresAtMs) {
    const tokenSha256 = hash('sha256', id, 'base64');
    const { fresh } = await callEndpoint(http, useTokenOnce, {
      body: { tokenSha256, expiresAtMs: Math.ceil(expiresAtMs) },
    });
    return fresh;
  },
});
