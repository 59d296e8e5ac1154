/** Part of the page's address that hands a session over to a phone. */
const TRANSFER_KEY = 'kl-transfer';

/** The page's own address with the token in its fragment, which no server gets to see. */
export function transferLink(pageURL: string, token: string): string {
  const url = new URL(pageURL);
  url.hash = `${TRANSFER_KEY}=${encodeURIComponent(token)}`;
  return url.href;
}

/** The token of an address, or undefined. */
export const transferTokenOf = (hash: string): string | undefined =>
  new URLSearchParams(hash.replace(/^#/, '')).get(TRANSFER_KEY) || undefined;

/**
 * Takes the token out of the page's address, so that it is used once: neither a reload nor a second element of the page
 * sees it again.
 */
export function takeTransferToken(view: Window): string | undefined {
  const token = transferTokenOf(view.location.hash);
  if (token === undefined) return undefined;
  const { pathname, search } = view.location;
  view.history.replaceState(view.history.state, '', `${pathname}${search}`);
  return token;
}
