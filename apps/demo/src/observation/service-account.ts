import { type Static, Type } from 'typebox';

/** Parties of the flow, in the order the page shows them. */
export const parties = [
  'client-party',
  'core-daemon',
  'circuit-storage',
  'auth-vault',
  'node-persistence',
  'operations-service',
] as const;
export type Party = (typeof parties)[number];

/** `got`: arrived there. `learned`: what it knows from it. `kept`: stays there. `gave`: left it. */
export const AccountEntry = Type.Object({
  kind: Type.Union([
    Type.Literal('got'),
    Type.Literal('learned'),
    Type.Literal('kept'),
    Type.Literal('gave'),
  ]),
  text: Type.String(),
});
export type AccountEntry = Static<typeof AccountEntry>;

/** What one party saw in one request; no entries: it was not asked. */
export const PartyAccount = Type.Object({
  party: Type.Enum([...parties]),
  entries: Type.Array(AccountEntry),
});
export type PartyAccount = Static<typeof PartyAccount>;

/** Collects entries by party; the same entry of the same party counts once. */
export interface AccountBook {
  add(party: Party, kind: AccountEntry['kind'], text: string): void;
  accounts(): PartyAccount[];
}

export const createAccountBook = (): AccountBook => {
  const entries = new Map<Party, AccountEntry[]>(parties.map((party) => [party, []]));
  return {
    add: (party, kind, text) => {
      const list = entries.get(party)!;
      if (!list.some((entry) => entry.kind === kind && entry.text === text)) list.push({ kind, text });
    },
    accounts: () => parties.map((party) => ({ party, entries: entries.get(party)! })),
  };
};
