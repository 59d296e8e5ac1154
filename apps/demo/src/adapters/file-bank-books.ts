import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type BankAccount, type BankBooks, withEntry } from '../bank/bank-books.ts';
import { PersonName } from '../person-name.ts';

const Cents = Type.Integer({ minimum: 0 });

const Books = Type.Array(
  Type.Object({
    username: PersonName,
    userId: Type.String({ minLength: 1 }),
    balanceCents: Cents,
    entries: Type.Array(
      Type.Object({
        id: Type.String(),
        kind: Type.Union([Type.Literal('opening'), Type.Literal('payment'), Type.Literal('refused')]),
        atMs: Type.Number(),
        cents: Cents,
        payee: Type.Optional(Type.String()),
        reason: Type.Optional(Type.String()),
      }),
    ),
  }),
);

const readBooks = async (path: string): Promise<Static<typeof Books>> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const parsed: unknown = JSON.parse(text);
  if (!Value.Check(Books, parsed)) throw new Error('the books of the bank are damaged');
  return parsed;
};

/** Books as one file in `directory`, written anew, whole or not at all, at each change. One process at a time. */
export const openFileBankBooks = async (directory: string): Promise<BankBooks> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'books.json');
  const accounts = new Map<string, BankAccount>();
  for (const account of await readBooks(path)) accounts.set(account.username, account as BankAccount);
  let last: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify([...accounts.values()], null, 1));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  };
  /** Writes in a row; a write that failed is no reason against the next. */
  const keep = (): Promise<void> => {
    last = last.catch(() => {}).then(write);
    return last;
  };

  return {
    find: (username) => accounts.get(username),
    count: () => accounts.size,
    open: async (account) => {
      if (accounts.has(account.username)) return false;
      accounts.set(account.username, account);
      await keep();
      return true;
    },
    book: async (username, entry) => {
      const account = accounts.get(username);
      const booked = account && withEntry(account, entry);
      if (booked === undefined) return undefined;
      accounts.set(username, booked);
      await keep();
      return booked;
    },
    close: async (username) => {
      if (accounts.delete(username)) await keep();
    },
  };
};
