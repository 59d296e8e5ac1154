/** One line of an account's history. */
export interface BookEntry {
  readonly id: string;
  readonly kind: 'opening' | 'payment' | 'refused';
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Positive; what was refused did not move. */
  readonly cents: number;
  readonly payee?: string;
  /** Code of the verifier, of what was refused. */
  readonly reason?: string;
}

export interface BankAccount {
  readonly username: string;
  /** The person's id at the face service: `sub` of each of their JWTs. */
  readonly userId: string;
  readonly balanceCents: number;
  /** Newest first, bounded. */
  readonly entries: readonly BookEntry[];
}

/** The accounts of the bank. A promise that resolves means that the change is durable. */
export interface BankBooks {
  find(username: string): BankAccount | undefined;
  count(): number;
  /** @returns false if the username has an account. */
  open(account: BankAccount): Promise<boolean>;
  /** Adds a line, and for a payment takes the money. @returns the account; undefined if there is too little. */
  book(username: string, entry: BookEntry): Promise<BankAccount | undefined>;
  close(username: string): Promise<void>;
}

const MAX_ENTRIES = 100;

/** The account after an entry; undefined where the money does not suffice. */
export const withEntry = (account: BankAccount, entry: BookEntry): BankAccount | undefined => {
  const balanceCents = account.balanceCents - (entry.kind === 'payment' ? entry.cents : 0);
  if (balanceCents < 0) return undefined;
  return { ...account, balanceCents, entries: [entry, ...account.entries].slice(0, MAX_ENTRIES) };
};
