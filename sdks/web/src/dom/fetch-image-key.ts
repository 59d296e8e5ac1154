import { keylessFailure } from '../core/keyless-failure.ts';

/** Image encryption key as the service publishes it. */
export interface FetchedImageKey {
  readonly id: string;
  readonly value: string;
}

/**
 * Reads the image encryption key of a service, for integrations that configure `service.url` alone.
 *
 * @throws an `Error` whose message is `SERVER_UNAVAILABLE_SERVICE` (no answer) or `KEY_DECODE_FAILED` (not a key)
 */
export async function fetchImageKey(url: string, timeoutMs: number): Promise<FetchedImageKey> {
  const answer = await readJson(url, timeoutMs);
  const { keyId, publicKey } = (answer ?? {}) as { keyId?: unknown; publicKey?: unknown };
  if (typeof keyId !== 'string' || typeof publicKey !== 'string') {
    throw keylessFailure('KEY_DECODE_FAILED', { cause: `no image encryption key at ${url}` });
  }
  return { id: keyId, value: publicKey };
}

async function readJson(url: string, timeoutMs: number): Promise<unknown> {
  const aborter = new AbortController();
  const handle = setTimeout(() => aborter.abort(), timeoutMs);
  try {
    const { signal } = aborter;
    const response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    return await response.json();
  } catch (cause) {
    throw keylessFailure('SERVER_UNAVAILABLE_SERVICE', { cause, retryable: true });
  } finally {
    clearTimeout(handle);
  }
}
