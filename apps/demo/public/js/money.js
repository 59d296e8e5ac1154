const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** @param {number} cents */
export const formatCents = (cents) => euros.format(cents / 100);

/** `12,5` or ` 12.50 ` as the bank takes it: `12.50`; undefined for what is no amount. @param {string} text */
export const parseAmount = (text) => {
  const [, whole, fraction = ''] = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || Number(`${whole}.${fraction || 0}`) === 0) return undefined;
  return `${Number(whole)}.${fraction.padEnd(2, '0')}`;
};

/** Ten times an amount. @param {string} amount as `parseAmount` gives it */
export const tenfold = (amount) => (Number(amount) * 10).toFixed(2);
