import { randomBytes } from 'node:crypto';
import {
  TransactionJwtError,
  type TransactionVerifier,
  type VerifiedTransaction,
  VerifierUnavailableError,
} from '@openrecognize/verify';
import type { FaceService, FaceServiceAddress } from '../ports/face-service.ts';
import type { BankAccount, BankBooks } from './bank-books.ts';
import { BankRefusal } from './bank-refusal.ts';
import { createExpiringMap } from './expiring-map.ts';
import { centsOf } from './money.ts';
import { type Purpose, transactionDataOf } from './transaction-data.ts';
import type { UserAuthorization } from './user-authorization.ts';

export interface BankDependencies {
  readonly books: BankBooks;
  readonly faces: FaceService;
  readonly verifier: TransactionVerifier;
  readonly authorization: UserAuthorization;
  readonly maxAccounts: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a page puts on its element: where to go, for whom, and what is to be signed. */
export interface FaceRequest extends FaceServiceAddress {
  /** Names this approval when the page comes back with the JWT. */
  readonly approval: string;
  readonly username: string;
  readonly authorizationToken: string;
  readonly transactionData: string;
}

export interface PaymentOrder {
  readonly payee: string;
  /** `12.50` */
  readonly amount: string;
}

interface Approval {
  readonly purpose: Purpose;
  /** Visit that asked: a JWT from another browser is worth nothing. */
  readonly visit: string;
}

const APPROVAL_LIFETIME_MS = 300_000;
const MAX_APPROVALS = 500;
const OPENING_CENTS = 250_000;

const sum = ({ amount }: PaymentOrder): number => {
  const cents = centsOf(amount);
  if (cents !== undefined) return cents;
  throw new BankRefusal('AMOUNT_INVALID', 'An amount looks like 12.50, and is more than nothing.');
};

const refused = (reason: string, cause: unknown): BankRefusal =>
  new BankRefusal('APPROVAL_REFUSED', 'What your face approved is not what the bank was told.', {
    reason,
    cause,
  });

/** The bank: accounts that are opened, entered and spent from with a face. */
export const createBank = (dependencies: BankDependencies) => {
  const { books, faces, verifier, authorization, maxAccounts, now } = dependencies;
  const approvals = createExpiringMap<Approval>({
    lifetimeMs: APPROVAL_LIFETIME_MS,
    limit: MAX_APPROVALS,
    now,
  });
  /** Usernames whose sign-up is being finished. */
  const opening = new Set<string>();
  const newId = (): string => randomBytes(18).toString('base64url');

  const accountOf = (username: string): BankAccount => {
    const account = books.find(username);
    if (account !== undefined) return account;
    throw new BankRefusal('ACCOUNT_UNKNOWN', 'There is no account of this name.');
  };

  const whileReachable = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (cause) {
      throw new BankRefusal('FACE_SERVICE_UNAVAILABLE', 'The face service does not answer right now.', {
        cause,
      });
    }
  };

  const ask = async (purpose: Purpose, visit: string): Promise<FaceRequest> => {
    const address = await whileReachable(() => faces.address());
    const approval = newId();
    if (!approvals.put(approval, { purpose, visit })) {
      throw new BankRefusal('BANK_FULL', 'Too many people are at the counter. Try again in a minute.');
    }
    const { username } = purpose;
    return {
      ...address,
      approval,
      username,
      authorizationToken: authorization.tokenFor(username),
      transactionData: transactionDataOf(purpose, approval),
    };
  };

  /** Gives each approval out once, whatever becomes of it. */
  const takeApproval = (id: string, visit: string, kind: Purpose['kind']): Purpose => {
    const found = approvals.get(id);
    if (found === undefined || found.visit !== visit || found.purpose.kind !== kind) {
      throw new BankRefusal('APPROVAL_UNKNOWN', 'Nothing is to be approved here, or not any more.');
    }
    approvals.delete(id);
    return found.purpose;
  };

  const verify = async (
    jwt: string,
    purpose: Purpose,
    id: string,
    subject: string | null,
  ): Promise<VerifiedTransaction> => {
    try {
      const expected = { transactionData: transactionDataOf(purpose, id) };
      const verified = await verifier.verify(jwt, { subject, expected });
      if (verified.externalUserId !== purpose.username) throw refused('SUBJECT_MISMATCH', undefined);
      return verified;
    } catch (cause) {
      if (cause instanceof TransactionJwtError) throw refused(cause.code, cause);
      if (!(cause instanceof VerifierUnavailableError)) throw cause;
      throw new BankRefusal('FACE_SERVICE_UNAVAILABLE', 'The signature cannot be verified right now.', {
        reason: cause.code,
        cause,
      });
    }
  };

  /** A face that was enrolled for a sign-up nobody finished would keep the name for ever. */
  const freeName = async (username: string, visit: string): Promise<void> => {
    // Who begins again has given up the attempt before.
    approvals.deleteWhere(({ purpose, visit: by }) => purpose.kind === 'sign-up' && by === visit);
    const isUnderWay = approvals
      .values()
      .some(({ purpose }) => purpose.kind === 'sign-up' && purpose.username === username);
    if (isUnderWay || opening.has(username)) return;
    await whileReachable(async () => {
      for (const userId of await faces.usersNamed(username)) await faces.deleteUser(userId);
    });
  };

  return {
    find: (username: string): BankAccount | undefined => books.find(username),

    beginSignUp: async (username: string, visit: string): Promise<FaceRequest> => {
      if (books.find(username)) throw new BankRefusal('USERNAME_TAKEN', 'This name has an account.');
      if (books.count() >= maxAccounts) throw new BankRefusal('BANK_FULL', 'The bank has no account left.');
      await freeName(username, visit);
      return ask({ kind: 'sign-up', username }, visit);
    },
    finishSignUp: async (id: string, jwt: string, visit: string): Promise<BankAccount> => {
      const purpose = takeApproval(id, visit, 'sign-up');
      const { username } = purpose;
      opening.add(username);
      try {
        // Whose id this is, is what the sign-up is to find out.
        const { userId } = await verify(jwt, purpose, id, null);
        const gift = { id: newId(), kind: 'opening', atMs: now(), cents: OPENING_CENTS } as const;
        const account = { username, userId, balanceCents: OPENING_CENTS, entries: [gift] };
        if (await books.open(account)) return account;
        throw new BankRefusal('USERNAME_TAKEN', 'This name has an account.');
      } finally {
        opening.delete(username);
      }
    },

    beginSignIn: async (username: string, visit: string): Promise<FaceRequest> => {
      accountOf(username);
      return ask({ kind: 'sign-in', username }, visit);
    },
    finishSignIn: async (id: string, jwt: string, visit: string): Promise<BankAccount> => {
      const purpose = takeApproval(id, visit, 'sign-in');
      const account = accountOf(purpose.username);
      await verify(jwt, purpose, id, account.userId);
      return account;
    },

    beginPayment: async (username: string, order: PaymentOrder, visit: string): Promise<FaceRequest> => {
      const cents = sum(order);
      if (cents > accountOf(username).balanceCents) {
        throw new BankRefusal('FUNDS_INSUFFICIENT', 'There is not enough money on the account.');
      }
      return ask({ kind: 'payment', username, payee: order.payee, cents }, visit);
    },
    /** Books the order as it arrives now, and so compares that, not what was asked for, with what was approved. */
    finishPayment: async (
      username: string,
      id: string,
      { jwt, ...order }: PaymentOrder & { readonly jwt: string },
      visit: string,
    ): Promise<BankAccount> => {
      const cents = sum(order);
      takeApproval(id, visit, 'payment');
      const account = accountOf(username);
      const line = { id, atMs: now(), cents, payee: order.payee };
      try {
        const { payee } = order;
        await verify(jwt, { kind: 'payment', username, payee, cents }, id, account.userId);
      } catch (error) {
        if (error instanceof BankRefusal && error.code === 'APPROVAL_REFUSED') {
          await books.book(username, { ...line, kind: 'refused', reason: error.reason ?? error.code });
        }
        throw error;
      }
      const booked = await books.book(username, { ...line, kind: 'payment' });
      if (booked) return booked;
      throw new BankRefusal('FUNDS_INSUFFICIENT', 'There is not enough money on the account.');
    },

    /** Has the face deleted where it is kept, then closes the account. */
    close: async (username: string): Promise<void> => {
      const { userId } = accountOf(username);
      await whileReachable(() => faces.deleteUser(userId));
      await books.close(username);
    },
  };
};
export type Bank = ReturnType<typeof createBank>;
