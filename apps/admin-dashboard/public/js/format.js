const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** A duration in its two largest units, such as `1 hour 30 minutes`. @param {number} seconds */
export const formatDuration = (seconds) => {
  let rest = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.slice(0, 2).join(' ');
};

/** The ends of a long id, or the whole of a short one. @param {string} id */
export const shortId = (id) => (id.length > 20 ? `${id.slice(0, 10)}…${id.slice(-4)}` : id);

/** `2025-01-15 09:00:00 UTC`. @param {number} ms */
export const utcText = (ms) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** @param {number} count @param {string} one @param {string} [many] */
export const countOf = (count, one, many = `${one}s`) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** How each outcome of an authentication reads, and why. */
export const outcomes = {
  match: { text: 'Match', reason: 'The face matched.', tone: 'yes' },
  'no-match': { text: 'No match', reason: 'Another face, or this one too badly seen.', tone: 'no' },
  refused: { text: 'Refused', reason: 'The face matched; its operation id was taken.', tone: 'wait' },
  expired: { text: 'Expired', reason: 'It was finished too late.', tone: 'wait' },
  aborted: { text: 'Aborted', reason: 'A fault of the backend; no verdict, not counted.', tone: 'wait' },
};

export const webhookEvents = {
  'user.enrolled': 'A user enrolled',
  'user.deleted': 'A user was deleted',
  'device.deleted': 'A device was deleted',
  'authentication.succeeded': 'An authentication succeeded',
  'authentication.failed': 'An authentication failed',
  'user.locked-out': 'A user was locked out',
  'user.unlocked': 'A user was unlocked',
  'settings.changed': 'The tenant’s settings changed',
};

/** Why an attempt of a webhook failed. */
export const deliveryFailures = {
  timeout: 'no answer in time',
  'refused-address': 'the address is in a private range',
  redirect: 'it was redirected',
  status: 'the answer was no success',
  connection: 'no connection',
  'answer-too-large': 'the answer was too large',
};
