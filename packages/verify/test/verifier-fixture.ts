import { CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose';
import { createTransactionVerifier, type TransactionVerifierOptions } from '../src/transaction-verifier.ts';

export const user = 'A'.repeat(64);
export const td = '{"amount":"12.50","payee":"Shop"}';
export const startMs = Date.UTC(2026, 0, 1);
const url = 'https://recognize.example/customers/acme/.well-known/jwks.json';

export interface TestKey {
  readonly kid: string;
  readonly alg: 'ES256' | 'RS256';
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

export const createKey = async (kid: string, alg: TestKey['alg'] = 'ES256'): Promise<TestKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
};

/** A verifier whose clock and JWKS endpoint are at hand. */
export const createFixture = async (options: Partial<TransactionVerifierOptions> = {}) => {
  const key = await createKey('PIN/FACE');
  const clock = { nowMs: startMs };
  const jwks = {
    keys: [key.jwk] as unknown[],
    isAway: false,
    requests: 0,
    /** Answers wait for it. */
    gate: Promise.resolve(),
    body: undefined as string | undefined,
  };
  const verifier = createTransactionVerifier({
    jwksUrl: url,
    clock: () => clock.nowMs,
    fetch: async (asked, { redirect }) => {
      jwks.requests++;
      if (asked !== url || redirect !== 'error') throw new Error('another request than agreed');
      await jwks.gate;
      if (jwks.isAway) throw new TypeError('fetch failed');
      return new Response(jwks.body ?? JSON.stringify({ keys: jwks.keys }));
    },
    ...options,
  });
  const sign = (
    claims: Record<string, unknown> = {},
    { with: signingKey = key, header = {} }: { with?: TestKey; header?: Record<string, unknown> } = {},
  ): Promise<string> =>
    new CompactSign(
      new TextEncoder().encode(
        JSON.stringify({ iat: clock.nowMs / 1000, td, version: '1.1.0', sub: user, ...claims }),
      ),
    )
      .setProtectedHeader({ alg: signingKey.alg, typ: 'JWT', kid: signingKey.kid, ...header })
      .sign(signingKey.privateKey);
  const verify = (jwt: string, changes: object = {}) =>
    verifier.verify(jwt, { expected: { transactionData: td }, subject: user, ...changes });
  return { key, clock, jwks, sign, verify };
};

export const refusal = (code: string) => ({ name: 'TransactionJwtError', code });
export const outage = (code: string) => ({ name: 'VerifierUnavailableError', code });
