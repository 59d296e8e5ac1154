import type { TransactionJwtClaims } from '@openrecognize/contracts';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJwtSigner, trySigningKey } from '../src/commands/jwt-signer.ts';
import type { JwtSigner } from '../src/ports/jwt-signer.ts';
import type { SigningKey } from '../src/ports/signing-key.ts';

/** A key under test and what frees it. */
export interface KeyUnderTest {
  readonly key: SigningKey;
  close(): Promise<void> | void;
}

const claims: TransactionJwtClaims = {
  iat: 1_800_000_000,
  td: '{"amount":"12.50","payee":"Müller & Söhne 💶"}',
  version: '1.1.0',
  sub: 'A'.repeat(64),
};

/** What every holder of a signing key has to do alike; `kid` is `PIN/FACE`. */
export const describeJwtSigner = (name: string, open: () => Promise<KeyUnderTest>): void => {
  describe(`JWTs signed by ${name}`, () => {
    let underTest: KeyUnderTest;
    let signer: JwtSigner;
    beforeAll(async () => {
      underTest = await open();
      signer = createJwtSigner({ current: underTest.key, now: () => 0 });
    });
    afterAll(() => underTest?.close());

    const payloadOf = async (jwt: string): Promise<unknown> => {
      const { payload } = await compactVerify(jwt, createLocalJWKSet({ keys: [...signer.publicKeys] }));
      return JSON.parse(new TextDecoder().decode(payload));
    };

    it('verify under the published key with exactly the header and claims agreed', async () => {
      const jwt = await signer.sign(claims);
      expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'PIN/FACE' });
      expect(await payloadOf(jwt)).toEqual(claims);
    });

    it('are published by the public part of the key alone', () => {
      const text = expect.stringMatching(/^[A-Za-z0-9_-]{43}$/);
      expect(signer.publicKeys).toEqual([
        { kty: 'EC', use: 'sig', alg: 'ES256', kid: 'PIN/FACE', crv: 'P-256', x: text, y: text },
      ]);
    });

    it('verify each, many at a time and many in a row', async () => {
      // Enough that short coordinates, which DER writes with fewer bytes, occur.
      const jwts = await Promise.all(
        Array.from({ length: 300 }, (_, index) => signer.sign({ ...claims, iat: claims.iat + index })),
      );
      const payloads = await Promise.all(jwts.map(payloadOf));
      expect(payloads.map((payload) => (payload as TransactionJwtClaims).iat - claims.iat)).toEqual(
        Array.from({ length: 300 }, (_, index) => index),
      );
    });

    it('have another signature after a change of one character', async () => {
      const [header, payload, signature] = (await signer.sign(claims)).split('.') as [string, string, string];
      const forged = [header, `${payload.slice(0, -4)}AAAA`, signature].join('.');
      await expect(payloadOf(forged)).rejects.toMatchObject({
        code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      });
    });

    it('come from a key whose trial signature verifies', async () => {
      await expect(trySigningKey(underTest.key)).resolves.toBeUndefined();
    });
  });
};
