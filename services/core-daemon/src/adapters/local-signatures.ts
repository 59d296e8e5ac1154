import { isRecognizeError } from '@openrecognize/contracts';
import { createDeviceKeyCache, judgeDeviceSignature } from '@openrecognize/zkb/node';
import type { AuthVault } from '../ports/auth-vault.ts';

/** How long an answer of the vault stands for its being there. */
const ANSWER_COUNTS_MS = 1000;

export interface LocalSignatures {
  /** The vault, with signatures checked here where that will do. */
  over(vault: AuthVault): AuthVault;
  /** The vault may be gone: the next signature is its matter again. */
  doubtVault(): void;
}

/**
 * Checks device signatures here instead of by a call of the vault for each of the two steps of an authentication. A check
 * needs public things alone, and whoever refuses the request is this service either way.
 *
 * The vault is still asked
 * - for every signature that is not found genuine here: the refusal, its count and its alert are the vault's;
 * - unless it answered something within the last second and no connection to it ended since, so that a vault that is away
 *   costs no circuit;
 * - where a JWT is wanted, unless the last one was signed: a signing key that fails costs no circuit either.
 *
 * @param keyCapacity parsed public keys kept at most.
 * @param nowMs milliseconds of a clock that never goes back.
 */
export const createLocalSignatures = (keyCapacity: number, nowMs: () => number): LocalSignatures => {
  const keys = createDeviceKeyCache(keyCapacity);
  let answeredAtMs = Number.NEGATIVE_INFINITY;
  let signs = false;

  const doubtVault = (): void => {
    answeredAtMs = Number.NEGATIVE_INFINITY;
  };

  const noteFailure = (error: unknown): void => {
    const refusal = isRecognizeError(error) ? error : undefined;
    if (refusal?.code === 'JWT_SIGN_FAILED') signs = false;
    if ((refusal?.httpStatus ?? 500) < 500) answeredAtMs = nowMs();
    else doubtVault();
  };

  /** Hands the call on, and learns from its outcome how the vault is. */
  const watched =
    <Input, Call, Output>(
      operation: (input: Input, call: Call) => Promise<Output>,
      signed = (_: Input) => false,
    ) =>
    async (input: Input, call: Call): Promise<Output> => {
      try {
        const output = await operation(input, call);
        answeredAtMs = nowMs();
        if (signed(input)) signs = true;
        return output;
      } catch (error) {
        noteFailure(error);
        throw error;
      }
    };

  return {
    over(vault) {
      const askVault = watched(vault.verifyDeviceSignature, ({ body }) => body.willSign === true);
      return {
        async verifyDeviceSignature(input, call) {
          const { willSign = false, ...claim } = input.body;
          const isThere = nowMs() - answeredAtMs < ANSWER_COUNTS_MS;
          if (isThere && (signs || !willSign) && judgeDeviceSignature(keys, claim) === 'genuine')
            return undefined;
          return askVault(input, call);
        },
        storeMatchTokens: watched(vault.storeMatchTokens),
        issueRefillTicket: watched(vault.issueRefillTicket),
        checkRefillTicket: watched(vault.checkRefillTicket),
        resolveMatch: watched(vault.resolveMatch, ({ body }) => body.jwt !== undefined),
      };
    },
    doubtVault,
  };
};
