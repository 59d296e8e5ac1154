import { amountOf, CURRENCY } from './money.ts';

/** What a face is to approve. The id is drawn by the server for this one purpose and so makes each text unique. */
export type Purpose =
  | { readonly kind: 'sign-up' | 'sign-in'; readonly username: string }
  | { readonly kind: 'payment'; readonly username: string; readonly payee: string; readonly cents: number };

/** The text that the JWT binds (`td`). */
export const transactionDataOf = (purpose: Purpose, id: string): string =>
  JSON.stringify(
    purpose.kind === 'payment'
      ? { amount: amountOf(purpose.cents), currency: CURRENCY, payee: purpose.payee, payment: id }
      : { purpose: purpose.kind, username: purpose.username, challenge: id },
  );
