import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  createIdentityTokenVerifier,
  type IdentityTokenVerifierOptions,
} from '../src/identity-token-verifier.ts';
import { createKey, outage, startMs, type TestKey } from './verifier-fixture.ts';

const issuer = 'https://iam.example/realms/acme';
const openidConfigurationUrl = `${issuer}/.well-known/openid-configuration`;
const keysUrl = `${issuer}/certs`;
const refused = { name: 'IdentityTokenError' };

/** A provider whose documents, clock and keys are at hand. */
const createProvider = async (options: Partial<IdentityTokenVerifierOptions> = {}) => {
  const key = await createKey('realm key', 'RS256');
  const clock = { nowMs: startMs };
  const documents = {
    configuration: { issuer, jwks_uri: keysUrl } as Record<string, unknown>,
    keys: [key.jwk] as unknown[],
    isAway: false,
    requests: 0,
  };
  const verifier = createIdentityTokenVerifier({
    openidConfigurationUrl,
    clock: () => clock.nowMs,
    fetch: async (url, { redirect }) => {
      documents.requests++;
      if (documents.isAway || redirect !== 'error') throw new TypeError('fetch failed');
      if (url === openidConfigurationUrl) return new Response(JSON.stringify(documents.configuration));
      if (url === keysUrl) return new Response(JSON.stringify({ keys: documents.keys }));
      throw new TypeError(`unknown address ${url}`);
    },
    ...options,
  });
  const tokenOf = (claims: object = {}, signingKey: TestKey = key, header: object = {}): Promise<string> => {
    const iat = clock.nowMs / 1000;
    const usual = { iss: issuer, sub: 'subject-1', aud: 'app', iat, exp: iat + 300 };
    return new CompactSign(new TextEncoder().encode(JSON.stringify({ ...usual, ...claims })))
      .setProtectedHeader({ alg: signingKey.alg, typ: 'JWT', kid: signingKey.kid, ...header })
      .sign(signingKey.privateKey);
  };
  return { verifier, clock, documents, tokenOf };
};

describe('a token of an identity provider', () => {
  it('gives issuer and subject, and the keys are fetched once', async () => {
    const { verifier, documents, tokenOf } = await createProvider();
    const identity = { issuer, subject: 'subject-1' };
    expect(await verifier.verify(await tokenOf())).toEqual(identity);
    expect(
      await verifier.verify(await tokenOf({ aud: ['other', 'app'] }, undefined, { typ: 'at+jwt' })),
    ).toEqual(identity);
    expect(documents.requests).toBe(2);
  });

  it('is refused when it is expired, of the future, of another issuer, about nobody, or without an end', async () => {
    const { verifier, clock, tokenOf } = await createProvider();
    const now = clock.nowMs / 1000;
    for (const claims of [
      { exp: now - 61 },
      { nbf: now + 61 },
      { iss: 'https://iam.example/realms/other' },
      { iss: undefined },
      { sub: '' },
      { sub: undefined },
      { exp: undefined },
    ]) {
      await expect(verifier.verify(await tokenOf(claims))).rejects.toMatchObject(refused);
    }
  });

  it('is refused when another key signed it, its key is unknown, or it is no JWT', async () => {
    const { verifier, tokenOf } = await createProvider();
    const sameName = await createKey('realm key', 'RS256');
    const unknown = await createKey('another key', 'RS256');
    for (const token of [
      await tokenOf({}, sameName),
      await tokenOf({}, unknown),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
      'no token',
      'A'.repeat(9_000),
    ]) {
      await expect(verifier.verify(token)).rejects.toMatchObject(refused);
    }
  });

  it('is refused when it is for another client, where one is named', async () => {
    const { verifier, tokenOf } = await createProvider({ audience: 'app' });
    await expect(verifier.verify(await tokenOf({ aud: 'another' }))).rejects.toMatchObject(refused);
    expect((await verifier.verify(await tokenOf({ aud: 'app' }))).subject).toBe('subject-1');
  });
});

describe('an identity provider', () => {
  it('that is away, names another issuer or keys without TLS, decides nothing', async () => {
    const cases = [
      { isAway: true },
      { configuration: { issuer: 'https://evil.example', jwks_uri: keysUrl } },
      { configuration: { issuer, jwks_uri: 'http://iam.example/certs' } },
      { configuration: { issuer, jwks_uri: 'http://127.0.0.1:8083/internal' } },
    ];
    for (const changes of cases) {
      const { verifier, documents, tokenOf } = await createProvider();
      Object.assign(documents, changes);
      await expect(verifier.verify(await tokenOf())).rejects.toMatchObject(outage('JWKS_UNAVAILABLE'));
    }
  });

  it('may end its name with a slash', async () => {
    const { verifier, documents, tokenOf } = await createProvider();
    documents.configuration = { issuer: `${issuer}/`, jwks_uri: keysUrl };
    expect((await verifier.verify(await tokenOf({ iss: `${issuer}/` }))).issuer).toBe(issuer);
  });

  it('has to be named by the address of its document, over https or on this machine', () => {
    const at = (url: string) => () => createIdentityTokenVerifier({ openidConfigurationUrl: url });
    for (const url of [issuer, `http://iam.example/.well-known/openid-configuration`, 'nowhere']) {
      expect(at(url)).toThrow(TypeError);
    }
    expect(at('http://127.0.0.1:8090/realms/a/.well-known/openid-configuration')).not.toThrow();
  });
});
