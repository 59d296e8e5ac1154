import { createPublicKey } from 'node:crypto';
import type { EndpointOutput, readJwks } from '@openrecognize/contracts';
import { RecognizeError } from '@openrecognize/contracts';
import type { JWK } from 'jose';
import type { Backend } from '../ports/backend.ts';
import type { BackendContext } from '../ports/backend-port.ts';

export type KeySet = EndpointOutput<typeof readJwks>;

export interface SigningKeysOptions {
  readonly cacheSeconds: number;
  readonly now: () => number;
}

/** Least time between two fetches for an unknown `kid`, so that invented ones can't hammer the vault. */
const refetchPauseMs = 5_000;

/** The vault's public keys, remembered for a while and fetched again for a `kid` not seen before. */
export const createSigningKeys = (backend: Backend, { cacheSeconds, now }: SigningKeysOptions) => {
  let cached: { readonly keys: KeySet; readonly fetchedAtMs: number } | undefined;

  const fetch = async (context: BackendContext): Promise<KeySet> => {
    const keys = await backend.readJwks(context);
    cached = { keys, fetchedAtMs: now() };
    return keys;
  };

  const all = async (context: BackendContext): Promise<KeySet> =>
    cached && now() - cached.fetchedAtMs < cacheSeconds * 1_000 ? cached.keys : fetch(context);

  const find = (keys: KeySet, kid: string) => keys.keys.find((key) => key.kid === kid && key.use === 'sig');

  return {
    all,
    /** @throws RecognizeError JWT_INVALID when no key has the id. */
    byId: async (kid: string, context: BackendContext): Promise<JWK> => {
      const known = find(await all(context), kid);
      if (known) return known as JWK;
      const mayRefetch = !cached || now() - cached.fetchedAtMs >= refetchPauseMs;
      const fresh = mayRefetch ? find(await fetch(context), kid) : undefined;
      if (!fresh) throw new RecognizeError('JWT_INVALID');
      return fresh as JWK;
    },
    /** SubjectPublicKeyInfo PEM of the key that signs now: the first one of the set. */
    currentPem: async (context: BackendContext): Promise<string> => {
      const [current] = (await all(context)).keys;
      if (!current) throw new RecognizeError('SERVICE_UNAVAILABLE');
      return createPublicKey({ key: current as never, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString();
    },
  };
};

export type SigningKeys = ReturnType<typeof createSigningKeys>;
