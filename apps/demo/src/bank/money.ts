/** The one currency of the bank. */
export const CURRENCY = 'EUR';

/** Whole cents of an amount such as `12`, `12.5` or `12.50`; undefined for anything else and for nothing. */
export const centsOf = (amount: string): number | undefined => {
  const [, whole = '', fraction = ''] = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(amount) ?? [];
  const cents = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return whole !== '' && cents > 0 ? cents : undefined;
};

/** Cents as the amount that is signed: `12.50`. */
export const amountOf = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
