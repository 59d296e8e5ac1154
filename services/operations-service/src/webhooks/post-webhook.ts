import { lookup as resolve } from 'node:dns';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { hostOf, type TargetPolicy } from './target-policy.ts';

export type PostFailure =
  | 'timeout'
  | 'refused-address'
  | 'redirect'
  | 'status'
  | 'connection'
  | 'answer-too-large';

/** What came of one attempt: delivered exactly when there is no failure. */
export interface PostResult {
  readonly httpStatus?: number;
  readonly failure?: PostFailure;
}

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  readonly targets: TargetPolicy;
}

/** An answer is read to its end and thrown away; a longer one is cut off. */
const MAX_ANSWER_BYTES = 65_536;

class RefusedAddressError extends Error {}

/** Checks the address that is connected to, not one looked up before: a name can't change in between. */
const checkedLookup =
  (targets: TargetPolicy): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => targets.allowsAddress(address));
      const [first] = allowed;
      if (first === undefined) return callback(new RefusedAddressError(), []);
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };

const verdictOf = (status: number): PostResult => {
  if (status >= 200 && status < 300) return { httpStatus: status };
  return { httpStatus: status, failure: status >= 300 && status < 400 ? 'redirect' : 'status' };
};

/** Posts an event once. Redirects are not followed; it never throws. */
export const postWebhook = ({ url, headers, body, timeoutMs, targets }: PostOptions): Promise<PostResult> =>
  new Promise((settle) => {
    const target = new URL(url);
    const host = hostOf(target);
    // A literal address is connected to without a lookup.
    if (isIP(host) !== 0 && !targets.allowsAddress(host)) return settle({ failure: 'refused-address' });
    const send = target.protocol === 'https:' ? requestTls : requestPlain;
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(target, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      lookup: checkedLookup(targets),
      signal,
    });
    request.on('response', (response) => {
      const result = verdictOf(response.statusCode ?? 0);
      let received = 0;
      response.on('data', (chunk: Uint8Array) => {
        received += chunk.length;
        if (received <= MAX_ANSWER_BYTES) return;
        settle({ ...result, failure: 'answer-too-large' });
        request.destroy();
      });
      response.on('end', () => settle(result));
      response.on('error', () => settle({ ...result, failure: signal.aborted ? 'timeout' : 'connection' }));
    });
    request.on('error', (error) => {
      if (error instanceof RefusedAddressError) settle({ failure: 'refused-address' });
      else settle({ failure: signal.aborted ? 'timeout' : 'connection' });
    });
    request.end(body);
  });
