import { RecognizeError } from '@openrecognize/contracts';

/** A page of another origin cannot send it without a preflight, which nobody here answers. */
export const PAGE_HEADER = 'x-openrecognize-dashboard';

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/** What the check looks at, as Node gives it. */
export interface RequestOrigin {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const refusal = (message: string): RecognizeError => new RecognizeError('FORBIDDEN', { message });

/**
 * Refuses requests that did not come from the page itself: the page's own header must be there, the browser must not
 * name another site, the host must be ours, and whatever changes something must carry our `origin`.
 *
 * @param publicUrl address of the page; without it only names of this machine are ours
 */
export const createSameOriginCheck = (publicUrl: string | undefined) => {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl);
  const originFor = (host: string | undefined): string | undefined => {
    if (own !== undefined) return own.origin;
    return host !== undefined && LOOPBACK_HOST.test(host) ? `http://${host}` : undefined;
  };
  /** @throws RecognizeError FORBIDDEN */
  return ({ method, headers }: RequestOrigin): void => {
    const text = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const expected = originFor(text('host'));
    if (expected === undefined) {
      throw refusal('The dashboard is reached by a name it does not know: set PUBLIC_URL.');
    }
    const site = text('sec-fetch-site');
    const origin = text('origin');
    const isFromElsewhere =
      text(PAGE_HEADER) !== '1' ||
      (site !== undefined && site !== 'same-origin') ||
      (origin !== undefined && origin !== expected) ||
      (origin === undefined && method !== 'GET');
    if (isFromElsewhere) throw refusal('The request did not come from the page of the dashboard.');
  };
};
