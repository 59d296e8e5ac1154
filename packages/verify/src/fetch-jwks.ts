import { readJwks, type SigningKey } from './signing-key.ts';

/** What the verifier uses of `fetch`. */
export type FetchLike = (
  url: string,
  init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

const MAX_BYTES = 256 * 1024;

const readLimited = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) {
      await reader.cancel();
      throw new Error(`the document is longer than ${MAX_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
};

/**
 * Fetches a JSON document: no redirects, at most 256 KiB, within the timeout.
 *
 * @throws Error whatever goes wrong
 */
export const fetchDocument = async (fetch: FetchLike, url: string, timeoutMs: number): Promise<string> => {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the answer has status ${response.status}`);
  }
  return readLimited(response);
};

/**
 * Fetches and reads a JWKS, as `fetchDocument` does.
 *
 * @throws Error whatever goes wrong
 */
export const fetchJwks = async (
  fetch: FetchLike,
  url: string,
  timeoutMs: number,
): Promise<readonly SigningKey[]> => readJwks(await fetchDocument(fetch, url, timeoutMs));
