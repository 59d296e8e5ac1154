/** @param {number} ms */
export const formatMs = (ms) => {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 100) return `${Math.round(ms)} ms`;
  return `${ms.toFixed(ms >= 10 ? 1 : 2)} ms`;
};

/** Minutes and seconds as on a clock. @param {number} seconds */
export const formatClock = (seconds) => {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** @param {number} seconds */
export const spokenTime = (seconds) => {
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts = [
    ...(minutes > 0 ? [`${minutes} minute${minutes === 1 ? '' : 's'}`] : []),
    ...(rest > 0 || minutes === 0 ? [`${rest} second${rest === 1 ? '' : 's'}`] : []),
  ];
  return parts.join(' and ');
};

/** The name the server takes for what a person typed; empty if nothing is left of it. @param {string} text */
export const normalizeName = (text) =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
    .replace(/-+$/, '');

/** @param {{ amount: string, payee: string }} fields */
export const transactionText = ({ amount, payee }) =>
  JSON.stringify({ amount: amount.trim(), payee: payee.trim() });

const filterTexts = {
  eyes_closed: 'the eyes are closed',
  face_angle_too_large: 'the head is turned away',
  face_is_occluded: 'a part of the face is covered',
  face_missing: 'no face was found',
  face_multiple: 'there is more than one face',
  face_partial: 'the face is cut off at the edge',
  face_too_close: 'the face is too close',
  face_too_small: 'the face is too small',
  image_black_and_white: 'the photo has no colour',
  image_blurred: 'the photo is blurred',
  image_metadata_low_light: 'the photo was taken in low light',
};

/** Why a photo was refused, as a sentence. @param {readonly string[]} filters */
export const explainFilters = (filters) => {
  const texts = filters.map((filter) => filterTexts[filter] ?? filter.replaceAll('_', ' '));
  const list = new Intl.ListFormat('en', { type: 'conjunction' }).format(texts);
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}.`;
};
