import { element } from './element.js';

const claimTexts = {
  iat: (value) => new Date(value * 1000).toISOString().replace('.000', ''),
  exp: (value) => new Date(value * 1000).toISOString().replace('.000', ''),
};

const row = (name, value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const readable = claimTexts[name]?.(value);
  return [
    element('dt', {}, name),
    element(
      'dd',
      {},
      name === 'td' ? element('span', { class: 'signed' }, text) : text,
      readable ? element('small', {}, ` ${readable}`) : null,
    ),
  ];
};

const seal = (isVerified) => {
  if (isVerified === undefined)
    return { tone: 'wait', text: 'Verified by POST /v2/verify-jwt: not answered' };
  return isVerified
    ? { tone: 'yes', text: 'Verified by POST /v2/verify-jwt: yes' }
    : { tone: 'no', text: 'Verified by POST /v2/verify-jwt: no' };
};

const copyButton = (token) => {
  const button = element('button', { type: 'button', class: 'quiet small' }, 'Copy token');
  button.addEventListener('click', async () => {
    const done = await navigator.clipboard.writeText(token).then(
      () => true,
      () => false,
    );
    button.replaceChildren(done ? 'Copied' : 'Not allowed by the browser');
  });
  return button;
};

/**
 * The token, taken apart. Nothing is shown without one.
 *
 * @param {HTMLElement} host
 * @param {{ token: string, header: object, claims: object, isVerified?: boolean } | undefined} jwt
 */
export const showJwt = (host, jwt) => {
  if (jwt === undefined) return host.replaceChildren();
  const { tone, text } = seal(jwt.isVerified);
  const parts = jwt.token.split('.');
  host.replaceChildren(
    element(
      'section',
      { class: 'panel', 'aria-label': 'Signed token' },
      element(
        'div',
        { class: 'bar' },
        element('h3', {}, 'Signed token'),
        element('span', { class: 'seal', 'data-tone': tone }, text),
      ),
      element(
        'dl',
        { class: 'claims' },
        ...Object.entries(jwt.header).flatMap(([name, value]) => row(name, value)),
        element('div', { class: 'rule' }),
        ...Object.entries(jwt.claims).flatMap(([name, value]) => row(name, value)),
      ),
      element(
        'p',
        { class: 'token', tabindex: '0', 'aria-label': 'Token' },
        ...parts.flatMap((part, index) => [...(index > 0 ? ['.'] : []), element('span', {}, part)]),
      ),
      element('div', { class: 'bar' }, copyButton(jwt.token)),
    ),
  );
};
