import { BankRefusal } from './bank-refusal.ts';

/** A page of another origin cannot send it without a preflight, which nobody here answers. */
export const PAGE_HEADER = 'x-bank-page';

/** What the check looks at, as Node gives it. */
export interface RequestOrigin {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/**
 * Refuses what the bank's own page did not send.
 *
 * @param publicUrl address of the page; without it only names of this machine are taken
 */
export const createOwnPageCheck = (publicUrl: string | undefined) => {
  const ownOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  /** @throws BankRefusal FROM_ELSEWHERE */
  return ({ method, headers }: RequestOrigin): void => {
    const { host, origin } = headers;
    const isKnownHost = typeof host === 'string' && LOOPBACK_HOST.test(host);
    const expected = ownOrigin ?? (isKnownHost ? `http://${host}` : undefined);
    const site = headers['sec-fetch-site'];
    const isOwn =
      expected !== undefined &&
      headers[PAGE_HEADER] === '1' &&
      (site === undefined || site === 'same-origin') &&
      (origin === undefined ? method === 'GET' : origin === expected);
    if (!isOwn)
      throw new BankRefusal('FROM_ELSEWHERE', 'The request did not come from the page of the bank.');
  };
};
