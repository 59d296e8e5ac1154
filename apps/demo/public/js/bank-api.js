/** What the bank's server refused, or that it does not answer. */
export class BankError extends Error {
  /** @param {{ code: string, message: string, reason?: string }} error */
  constructor({ code, message, reason }) {
    super(message);
    this.name = 'BankError';
    this.code = code;
    this.reason = reason;
  }
}

const unreachable = { code: 'UNREACHABLE', message: 'The bank does not answer. Try again in a moment.' };

const call = async (method, path, body) => {
  const headers = { 'x-bank-page': '1', ...(body ? { 'content-type': 'application/json' } : {}) };
  const response = await fetch(`/bank/api/${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (response?.ok && answer !== undefined) return answer;
  throw new BankError(answer?.error ?? unreachable);
};

/** Account of who is signed in, or null. */
export const readAccount = async () => (await call('GET', 'account')).account;

/** @param {'sign-up' | 'sign-in'} way @param {string} username */
export const beginEntry = (way, username) => call('POST', way, { username });

/** @param {'sign-up' | 'sign-in'} way @param {string} approval @param {string} jwt */
export const finishEntry = async (way, approval, jwt) =>
  (await call('POST', `${way}/${approval}`, { jwt })).account;

/** @param {{ payee: string, amount: string }} order */
export const beginPayment = (order) => call('POST', 'payments', order);

/** @param {string} approval @param {{ payee: string, amount: string }} order @param {string} jwt */
export const finishPayment = async (approval, order, jwt) =>
  (await call('POST', `payments/${approval}`, { ...order, jwt })).account;

export const closeAccount = () => call('DELETE', 'account');
export const signOut = () => call('DELETE', 'visit');
