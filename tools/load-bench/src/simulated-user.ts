import { isRecognizeError } from '@openrecognize/contracts';
import type { SyntheticUser, SyntheticUsers } from '@openrecognize/synthetic-users';
import { type CircuitLedger, createCircuitLedger } from './circuit-ledger.ts';

/** Times of one authentication in milliseconds, as the client sees them. */
export interface AuthenticationSample {
  readonly deviceAuthMs: number;
  readonly userAuthMs: number;
  readonly sendCircuitMs: number;
  readonly totalMs: number;
}

export type AuthenticationOutcome =
  | { readonly kind: 'matched'; readonly sample: AuthenticationSample }
  /** A stranger's code was refused, as it should be. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly code: string };

export interface SimulatedUser {
  /** One authentication with the user's own face, or another's. Never rejects; one at a time. */
  authenticate(as: 'owner' | 'stranger'): Promise<AuthenticationOutcome>;
  readonly ledger: CircuitLedger;
}

/** Bits that two captures of one face differ in, and far beyond what any two do. */
const OWNER_DISTANCE_BITS = 400;
const STRANGER_DISTANCE_BITS = 1_000;
const TRANSACTION_DATA = '{"amount":"1.00","payee":"bench"}';

const codeOf = (error: unknown): string =>
  isRecognizeError(error) ? error.code : error instanceof Error ? error.name : 'UNKNOWN';

const failed = (code: string): AuthenticationOutcome => ({ kind: 'failed', code });

const authenticateOwner = async (
  user: SyntheticUser,
  ledger: CircuitLedger,
): Promise<AuthenticationOutcome> => {
  const { timings, refill, signedJwt, totalMs, stock } = await user.authenticate({
    distanceBits: OWNER_DISTANCE_BITS,
    transactionData: TRANSACTION_DATA,
  });
  ledger.recordRefill({ stockBefore: stock, uploaded: refill.uploadedCircuits, stockAfter: refill.stock });
  if (signedJwt === undefined) return failed('NO_JWT');
  if (refill.failure) return failed(`REFILL ${refill.failure.code}`);
  return { kind: 'matched', sample: { ...timings, sendCircuitMs: refill.sendCircuitMs, totalMs } };
};

const authenticateStranger = async (user: SyntheticUser): Promise<AuthenticationOutcome> => {
  await user.authenticate({ distanceBits: STRANGER_DISTANCE_BITS, transactionData: TRANSACTION_DATA });
  return failed('STRANGER ACCEPTED');
};

/** Enrolls a user of the bench. @throws RecognizeError when that fails */
export const enrollSimulatedUser = async (users: SyntheticUsers): Promise<SimulatedUser> => {
  const user = await users.enroll();
  const ledger = createCircuitLedger(user.nextIndex());
  return {
    ledger,
    authenticate: async (as) => {
      try {
        return as === 'owner' ? await authenticateOwner(user, ledger) : await authenticateStranger(user);
      } catch (error) {
        const code = codeOf(error);
        return as === 'stranger' && code === 'FAILED_TO_AUTHENTICATE_USER'
          ? { kind: 'refused' }
          : failed(code);
      } finally {
        ledger.recordIndex(user.nextIndex());
      }
    },
  };
};
