import type { JSONWebKeySet } from 'jose';

/** Gets a key set from its address; rejects for whatever is not one. */
export type FetchJwks = (uri: string) => Promise<JSONWebKeySet>;

export interface FetchJwksOptions {
  readonly timeoutMs: number;
  /** Largest body taken. */
  readonly maxBytes: number;
  /** Also fetch over plain HTTP, which lets anyone on the way pass for every user: for development alone. */
  readonly allowHttp: boolean;
}

const readLimited = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of response.body ?? []) {
    total += part.length;
    if (total > maxBytes) throw new TypeError('key set is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const isKeySet = (value: unknown): value is JSONWebKeySet => {
  const keys = (value as { keys?: unknown } | null)?.keys;
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
};

/** Fetches without following redirects: the address in the settings is the one that is trusted. */
export const createFetchJwks =
  ({ timeoutMs, maxBytes, allowHttp }: FetchJwksOptions): FetchJwks =>
  async (uri) => {
    const { protocol } = new URL(uri);
    if (protocol !== 'https:' && !(allowHttp && protocol === 'http:')) {
      throw new TypeError('key sets are fetched over https');
    }
    const response = await fetch(uri, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new TypeError(`key set answered ${response.status}`);
    }
    const body = await readLimited(response, maxBytes);
    const keySet: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (!isKeySet(keySet)) throw new TypeError('answer is no key set');
    return keySet;
  };
