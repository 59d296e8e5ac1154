/** A payment the server expects the user to have approved. */
export interface ExpectedPayment {
  /** Decimal number without exponent, e.g. `"12.50"`; equal by value: 12.5 is 12.50. */
  readonly amount: string | number;
  /** Equal character by character. */
  readonly payee: string;
  /** Equal character by character; if left out, the transaction data must have none. */
  readonly currency?: string;
  /** Names of these fields in the transaction data; by default the same. */
  readonly fields?: { readonly amount?: string; readonly payee?: string; readonly currency?: string };
  /** Accepts further fields, unchecked; false by default. */
  readonly allowOtherFields?: boolean;
}

type Scalar = string | number | boolean | null;

const DECIMAL = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/;
/** Digits a double holds exactly; a longer number may have been rounded when it was read. */
const MAX_EXACT_DIGITS = 15;

/** One text per value; undefined for what is no plain decimal number. */
const canonicalAmount = (value: unknown): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  if (text.length > 64 || !/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  if (typeof value === 'number' && text.replace(/\D/g, '').length > MAX_EXACT_DIGITS) return undefined;
  const [, sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return digits === '0' ? digits : `${sign}${digits}`;
};

/** Names of an object's members as they stand in the text, in order; only member names are followed by a colon. */
const memberNames = (text: string): readonly string[] =>
  [...text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/gs)]
    .filter(([, , colon]) => colon !== undefined)
    .map(([, name]) => JSON.parse(name ?? '""') as string);

/** A JSON object of plain values in which no name occurs twice; undefined for any other text. */
const parseFlatObject = (text: string): ReadonlyMap<string, Scalar> | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const values = Object.values(parsed);
  if (values.some((value) => typeof value === 'object' && value !== null)) return undefined;
  // Of a name that occurs twice, another reader may have shown the user the other value.
  const names = memberNames(text);
  if (new Set(names).size < names.length) return undefined;
  return new Map(names.map((name) => [name, (parsed as Record<string, Scalar>)[name] ?? null]));
};

/**
 * A comparison of transaction data that is a flat JSON object with amount and payee, for `expected.compare`.
 *
 * @example
 * await verifier.verify(jwt, {
 *   subject,
 *   expected: { compare: matchPayment({ amount: '12.50', currency: 'EUR', payee: 'DE89370400440532013000' }) },
 * });
 * @throws TypeError when the expected amount is no plain decimal number
 */
export const matchPayment = (expected: ExpectedPayment): ((transactionData: string) => boolean) => {
  const amount = canonicalAmount(expected.amount);
  if (amount === undefined) throw new TypeError('the expected amount is no plain decimal number');
  const { amount: amountName = 'amount', payee = 'payee', currency = 'currency' } = expected.fields ?? {};
  const known = new Set(
    expected.currency === undefined ? [amountName, payee] : [amountName, payee, currency],
  );
  return (transactionData) => {
    const found = parseFlatObject(transactionData);
    if (!found) return false;
    if (canonicalAmount(found.get(amountName)) !== amount || found.get(payee) !== expected.payee)
      return false;
    if (found.get(currency) !== expected.currency) return false;
    return expected.allowOtherFields === true || [...found.keys()].every((name) => known.has(name));
  };
};
