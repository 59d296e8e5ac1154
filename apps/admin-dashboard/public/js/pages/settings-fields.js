const seconds = (label, name, hint, limits) => ({
  kind: 'seconds',
  label,
  name,
  hint,
  min: 0,
  max: 31_536_000,
  ...limits,
});
const days = (label, name, hint, min) => ({
  kind: 'days',
  label,
  name,
  hint,
  min,
  max: 3_650,
  isOptional: true,
});

/** Every setting of a tenant, by subject, with what it does. */
export const settingGroups = [
  {
    title: 'Lockout',
    fields: [
      {
        kind: 'count',
        label: 'Failures before a lockout',
        name: 'lockoutFailures',
        hint: 'So many failed attempts within the window suspend a user.',
        unit: 'failures',
        min: 1,
        max: 100,
      },
      seconds('Window', 'lockoutWindowSeconds', 'Older failures do not count.', { min: 1 }),
      seconds('Suspension', 'lockoutSuspensionSeconds', 'How long a locked-out user waits.', { min: 1 }),
    ],
  },
  {
    title: 'User authorization',
    fields: [
      {
        kind: 'choice',
        label: 'Web sessions need',
        name: 'userAuthorizationType',
        choices: [
          ['None', 'Nothing', 'any page with the customer name may begin one'],
          ['RemoteJWKSet', 'A token of your own', 'signed by a key of the set below'],
        ],
        otherwise: 'None',
      },
      {
        kind: 'url',
        label: 'JWKS address',
        name: 'userAuthorizationJwksUri',
        hint: 'Where the public keys of your tokens are, https://…',
        isOptional: true,
      },
    ],
  },
  {
    title: 'IDP configuration',
    fields: [
      {
        kind: 'url',
        label: 'OpenID Configuration URL',
        name: 'openidConfigurationUrl',
        hint: 'Devices then enroll under an external id only with a token of this provider about it. Empty: none.',
        suffix: '/.well-known/openid-configuration',
        isOptional: true,
      },
      {
        kind: 'text',
        label: 'Tokens are for',
        name: 'openidAudience',
        hint: 'The aud those tokens need. Empty: any client of the provider.',
        isOptional: true,
      },
    ],
  },
  {
    title: 'Transaction tokens',
    fields: [
      seconds('Lifetime', 'jwtLifetimeSeconds', '0: tokens have no exp and do not expire.', {
        isOptional: true,
      }),
      {
        kind: 'text',
        label: 'Audience',
        name: 'jwtAudience',
        hint: 'The aud of tokens whose request names none. Empty: no aud.',
        isOptional: true,
      },
      {
        kind: 'switch',
        label: 'Give every token an id',
        name: 'jwtIncludeJti',
        hint: 'jti, so that your server can refuse a second use',
      },
      {
        kind: 'switch',
        label: 'Repeat the nonce',
        name: 'jwtIncludeNonce',
        hint: 'nonce, as the request gave it',
      },
    ],
  },
  {
    title: 'Retention',
    fields: [
      seconds(
        'Server API shows authentications of the last',
        'authenticationVisibilitySeconds',
        'Empty: the default of the installation.',
        { isOptional: true },
      ),
      days('Keep authentications', 'authenticationHistoryDays', 'Empty: the default of the installation.', 1),
      days(
        'Keep the audit trail',
        'auditDays',
        'At least 30 days. Empty: the default of the installation.',
        30,
      ),
    ],
  },
];

/** Settings that null takes back to their default; the others stay as they are when left empty. */
const removable = new Set([
  'userAuthorizationJwksUri',
  'openidConfigurationUrl',
  'openidAudience',
  'jwtAudience',
  'authenticationHistoryDays',
  'auditDays',
]);

/** What is wrong with the text of a field, or '' . */
export const problemOf = (field, text) => {
  if (text === '') return field.isOptional ? '' : 'Please fill this in.';
  if (field.kind === 'text') return text.length > 256 ? 'At most 256 characters.' : '';
  if (field.kind === 'url') {
    if (text.length > 2_048) return 'At most 2048 characters.';
    if (!URL.canParse(text) || !/^https?:\/\//.test(text)) return 'An address begins with https://.';
    return text.endsWith(field.suffix ?? '') ? '' : `This address ends in ${field.suffix}.`;
  }
  const value = Number(text);
  const isInRange = /^\d+$/.test(text) && value >= field.min && value <= field.max;
  return isInRange
    ? ''
    : `A whole number from ${field.min.toLocaleString('en')} to ${field.max.toLocaleString('en')}, please.`;
};

/**
 * The changes between the settings as they are and as the form has them.
 *
 * @param {Record<string, unknown>} settings
 * @param {Record<string, string | boolean>} form texts of inputs, states of switches
 */
export const changesOf = (settings, form) => {
  const changes = {};
  for (const field of settingGroups.flatMap(({ fields }) => fields)) {
    const present = settings[field.name];
    const entered = form[field.name];
    const isNumber = ['count', 'seconds', 'days'].includes(field.kind);
    if (entered === '') {
      if (present !== undefined && removable.has(field.name)) changes[field.name] = null;
      continue;
    }
    const value = isNumber ? Number(entered) : entered;
    const before = field.kind === 'switch' ? (present ?? false) : (present ?? field.otherwise);
    if (value !== before) changes[field.name] = value;
  }
  return changes;
};
