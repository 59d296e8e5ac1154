export type { TransactionClaims } from './check-claims.ts';
export type { FetchLike } from './fetch-jwks.ts';
export { createMemoryJtiStore, type JtiStore, type MemoryJtiStoreOptions } from './jti-store.ts';
export { type ExpectedPayment, matchPayment } from './match-payment.ts';
export {
  createTransactionVerifier,
  type ExpectedTransaction,
  type TransactionExpectation,
  type TransactionVerifier,
  type TransactionVerifierOptions,
  type VerifiedTransaction,
} from './transaction-verifier.ts';
export {
  TransactionJwtError,
  type TransactionJwtErrorCode,
  VerifierUnavailableError,
  type VerifierUnavailableErrorCode,
} from './verify-error.ts';
