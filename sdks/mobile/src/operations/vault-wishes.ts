import { wipe } from '@openrecognize/bytes';
import type { Factor } from '../device-record.ts';
import type { HeldRecord } from '../held-record.ts';
import { hasSecretWishes, type SecretWishes } from '../operation-options.ts';
import type { SecretResults } from '../operation-results.ts';
import {
  admitFactor,
  closeVault,
  fulfilWishes,
  type MatchedFactor,
  openVault,
  sealVault,
} from '../secrets-vault.ts';
import type { Session } from '../session.ts';
import type { FactorMatch } from './match-factor.ts';

/** A factor of the record together with its code, which the caller wipes. */
export const matchedFactorOf = (held: HeldRecord, factor: Factor, code: Uint8Array): MatchedFactor => ({
  factor,
  state: held.current[factor]!.state,
  code,
});

/**
 * Opens the vault by one factor, does what is wished, lets a further factor in, and stores it.
 *
 * @throws NativeFailure 20024, 20300; RecognizeError INVALID_INPUT
 */
export const useVault = async (
  { tools }: Session,
  held: HeldRecord,
  matched: MatchedFactor,
  wishes?: SecretWishes,
  admitted?: MatchedFactor,
): Promise<SecretResults> => {
  const opened = openVault(tools, held.current.vault, matched);
  try {
    const { vault, results } = wishes ? fulfilWishes(opened, wishes) : { vault: opened, results: {} };
    const completed = admitted ? admitFactor(tools, vault, admitted) : vault;
    await held.setVault(sealVault(tools, completed, matched.state));
    return results;
  } finally {
    closeVault(opened);
  }
};

/** The wishes of an authentication, by what its match released. */
export const fulfilAfterMatch = async (
  session: Session,
  held: HeldRecord,
  match: FactorMatch,
  wishes: SecretWishes,
): Promise<SecretResults> => {
  if (!hasSecretWishes(wishes)) return {};
  const code = match.openCode();
  try {
    return await useVault(session, held, matchedFactorOf(held, match.factor, code), wishes);
  } finally {
    wipe(code);
  }
};
