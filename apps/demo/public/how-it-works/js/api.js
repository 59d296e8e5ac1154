/** A refusal of the page's server, in the numbers of the device SDK. */
export class DemoError extends Error {
  /** @param {{ error: Record<string, any>, timings?: object, services?: object[] }} body */
  constructor(body) {
    super(body.error.message);
    this.name = 'DemoError';
    this.body = body;
  }
}

const unreachable = {
  error: {
    code: 30005,
    name: 'noNetwork',
    message: 'The server of this page does not answer.',
    nextStep: 'Check that it is running, then try again.',
  },
};

const unreadable = {
  error: {
    code: 10200,
    name: 'core',
    message: 'The server of this page gave an answer that is none.',
    nextStep: 'Try again; if it recurs, look at its log.',
  },
};

const call = async (method, path, body) => {
  let response;
  try {
    response = await fetch(path, {
      method,
      ...(body ? { body, headers: { 'content-type': body.type } } : {}),
    });
  } catch {
    throw new DemoError(unreachable);
  }
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer;
  throw new DemoError(answer?.error?.nextStep ? answer : unreadable);
};

const userPath = (name) => `/api/users/${encodeURIComponent(name)}`;

export const listUsers = async () => (await call('GET', '/api/users')).users;

/** @param {string} name @param {Blob} picture */
export const enroll = (name, picture) => call('POST', `${userPath(name)}/enroll`, picture);

/** @param {string} name @param {Blob} picture @param {string} transaction */
export const authenticate = (name, picture, transaction) =>
  call('POST', `${userPath(name)}/authenticate?${new URLSearchParams({ transaction })}`, picture);

/** @param {string} name */
export const deleteUser = (name) => call('DELETE', userPath(name));
