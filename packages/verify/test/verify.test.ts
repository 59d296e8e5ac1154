import { createHmac } from 'node:crypto';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { createMemoryJtiStore, type JtiStore } from '../src/jti-store.ts';
import { matchPayment } from '../src/match-payment.ts';
import { createTransactionVerifier } from '../src/transaction-verifier.ts';
import { createFixture, createKey, outage, refusal, startMs, td, user } from './verifier-fixture.ts';

const encode = (value: unknown): string => base64url.encode(JSON.stringify(value));

describe('a transaction JWT', () => {
  it('of the expected user over the expected data is accepted, with all that it says', async () => {
    const { sign, verify } = await createFixture();
    expect(await verify(await sign({ external_user_id: 'jane' }))).toEqual({
      userId: user,
      externalUserId: 'jane',
      transactionData: td,
      issuedAtSeconds: startMs / 1000,
      keyId: 'PIN/FACE',
      claims: { iat: startMs / 1000, td, version: '1.1.0', sub: user, external_user_id: 'jane' },
    });
  });

  it('may be signed by RS256, if the key is of that kind, and by any of several keys', async () => {
    const { sign, verify, jwks } = await createFixture();
    const rsa = await createKey('rsa', 'RS256');
    const second = await createKey('second');
    jwks.keys.push(rsa.jwk, second.jwk);
    expect((await verify(await sign({}, { with: rsa }))).keyId).toBe('rsa');
    expect((await verify(await sign({}, { with: second }))).keyId).toBe('second');
    expect((await verify(await sign())).keyId).toBe('PIN/FACE');
    expect(jwks.requests).toBe(1);
  });

  it('over other data is refused, be it by one space', async () => {
    const { sign, verify } = await createFixture();
    await expect(verify(await sign({ td: `${td} ` }))).rejects.toMatchObject(refusal('TRANSACTION_MISMATCH'));
    const compare = matchPayment({ amount: '12.5', payee: 'Shop' });
    await verify(await sign({ td: `${td} ` }), { expected: { compare } });
    await expect(verify(await sign({ td: '{}' }), { expected: { compare } })).rejects.toMatchObject(
      refusal('TRANSACTION_MISMATCH'),
    );
    const truthy = { compare: () => 'yes' as unknown as boolean };
    await expect(verify(await sign(), { expected: truthy })).rejects.toMatchObject(
      refusal('TRANSACTION_MISMATCH'),
    );
  });

  it('of another user is refused, unless the caller compares the user itself', async () => {
    const { sign, verify } = await createFixture();
    const jwt = await sign({ sub: 'B'.repeat(64) });
    await expect(verify(jwt)).rejects.toMatchObject(refusal('SUBJECT_MISMATCH'));
    expect((await verify(jwt, { subject: null })).userId).toBe('B'.repeat(64));
  });

  it.each([
    ['of the future', { iat: startMs / 1000 + 31 }, 'JWT_NOT_YET_VALID'],
    ['not to be used yet', { nbf: startMs / 1000 + 31 }, 'JWT_NOT_YET_VALID'],
    ['older than the verifier allows', { iat: startMs / 1000 - 330 }, 'JWT_EXPIRED'],
    ['past its own end', { exp: startMs / 1000 - 30 }, 'JWT_EXPIRED'],
  ])('%s is refused at the very second the clocks may differ by', async (_, claims, code) => {
    const { sign, verify, clock } = await createFixture();
    const jwt = await sign(claims);
    await expect(verify(jwt)).rejects.toMatchObject(refusal(code));
    clock.nowMs += code === 'JWT_EXPIRED' ? -1000 : 1000;
    expect((await verify(jwt)).userId).toBe(user);
  });

  it('for an audience is accepted by that one alone, one without by a verifier without', async () => {
    const named = await createFixture({ audience: 'shop' });
    expect((await named.verify(await named.sign({ aud: 'shop' }))).userId).toBe(user);
    expect((await named.verify(await named.sign({ aud: ['bank', 'shop'] }))).userId).toBe(user);
    for (const claims of [{}, { aud: 'bank' }, { aud: [] }]) {
      await expect(named.verify(await named.sign(claims))).rejects.toMatchObject(
        refusal('AUDIENCE_MISMATCH'),
      );
    }
    const { sign, verify } = await createFixture();
    await expect(verify(await sign({ aud: 'shop' }))).rejects.toMatchObject(refusal('AUDIENCE_MISMATCH'));
  });

  it('with a nonce is accepted for that nonce alone', async () => {
    const { sign, verify } = await createFixture();
    expect((await verify(await sign({ nonce: 'n' }), { nonce: 'n' })).userId).toBe(user);
    await expect(verify(await sign({ nonce: 'm' }), { nonce: 'n' })).rejects.toMatchObject(
      refusal('NONCE_MISMATCH'),
    );
    await expect(verify(await sign(), { nonce: 'n' })).rejects.toMatchObject(refusal('NONCE_MISMATCH'));
    await expect(verify(await sign({ nonce: 'n' }))).rejects.toMatchObject(refusal('NONCE_MISMATCH'));
  });

  it.each([
    ['no iat', { iat: undefined }],
    ['a text as iat', { iat: 'now' }],
    ['no data', { td: undefined }],
    ['data that are no text', { td: { amount: 1 } }],
    ['no user', { sub: undefined }],
    ['a later major version', { version: '2.0.0' }],
    ['an end that is no time', { exp: '9999999999' }],
    ['an audience that is no text', { aud: [1] }],
  ])('with %s is malformed', async (_, claims) => {
    const { sign, verify } = await createFixture();
    await expect(verify(await sign(claims))).rejects.toMatchObject(refusal('JWT_MALFORMED'));
  });
});

describe('a forged JWT', () => {
  it('without algorithm, or by HMAC under the public key, is refused', async () => {
    const { sign, verify, key } = await createFixture();
    const [, payload, signature] = (await sign()).split('.') as [string, string, string];
    const unsigned = `${encode({ alg: 'none', typ: 'JWT', kid: key.kid })}.${payload}.`;
    await expect(verify(unsigned)).rejects.toMatchObject(refusal('ALGORITHM_NOT_ALLOWED'));
    const input = `${encode({ alg: 'HS256', typ: 'JWT', kid: key.kid })}.${payload}`;
    const hmac = createHmac('sha256', JSON.stringify(key.jwk)).update(input).digest('base64url');
    await expect(verify(`${input}.${hmac}`)).rejects.toMatchObject(refusal('ALGORITHM_NOT_ALLOWED'));
    const wrongKind = `${encode({ alg: 'RS256', typ: 'JWT', kid: key.kid })}.${payload}.${signature}`;
    await expect(verify(wrongKind)).rejects.toMatchObject(refusal('ALGORITHM_NOT_ALLOWED'));
  });

  it('that brings its own key, or says where to fetch one, is refused without a request', async () => {
    const { sign, verify, jwks } = await createFixture();
    const forger = await createKey('PIN/FACE');
    for (const header of [
      { jwk: forger.jwk },
      { jku: 'https://forger.example/jwks.json' },
      { x5u: 'https://forger.example/cert.pem' },
    ]) {
      await expect(verify(await sign({}, { with: forger, header }))).rejects.toMatchObject(
        refusal('SIGNATURE_INVALID'),
      );
    }
    expect(jwks.requests).toBe(1);
  });

  it.each(['__proto__', 'constructor', '../../etc/passwd', "' OR 1=1 --", 'https://forger.example', ''])(
    'that names the key %j finds none',
    async (kid) => {
      const { sign, verify } = await createFixture();
      const forger = await createKey(kid);
      await expect(verify(await sign({}, { with: forger }))).rejects.toMatchObject(refusal('KEY_UNKNOWN'));
    },
  );

  it('under published keys that are not for signing is refused', async () => {
    const { sign, verify, jwks } = await createFixture();
    const [encryption, unnamed, symmetric, wrongUse] = await Promise.all([
      createKey('enc'),
      createKey('none'),
      createKey('oct'),
      createKey('ops'),
    ]);
    jwks.keys.push(
      { ...encryption.jwk, use: 'enc' },
      { ...unnamed.jwk, use: undefined },
      { kty: 'oct', k: 'AAAA', kid: 'oct', use: 'sig', alg: 'HS256' },
      { ...wrongUse.jwk, key_ops: ['encrypt'] },
      null,
      'text',
    );
    for (const key of [encryption, unnamed, symmetric, wrongUse]) {
      await expect(verify(await sign({}, { with: key }))).rejects.toMatchObject(refusal('KEY_UNKNOWN'));
    }
  });

  it('with one character changed anywhere is refused', async () => {
    const { sign, verify } = await createFixture();
    const jwt = await sign();
    for (let index = 0; index < jwt.length; index += 7) {
      const changed = `${jwt.slice(0, index)}${jwt[index] === 'A' ? 'B' : 'A'}${jwt.slice(index + 1)}`;
      await expect(verify(changed)).rejects.toMatchObject({ name: 'TransactionJwtError' });
    }
  });

  it('with another encoding of the same signature bytes is malformed', async () => {
    const { sign, verify } = await createFixture();
    const jwt = await sign();
    const last = { A: 'B', Q: 'R', g: 'h', w: 'x' }[jwt.at(-1) ?? ''];
    const same = `${jwt.slice(0, -1)}${last}`;
    const bytesOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url');
    expect(bytesOf(same)).toEqual(bytesOf(jwt));
    await expect(verify(same)).rejects.toMatchObject(refusal('JWT_MALFORMED'));
  });

  it.each(['', '.', '..', 'a.b.c', 'a.b', 'x'.repeat(200_000), `${encode({ alg: 'ES256' })}.e30.AA`])(
    'that is no JWT at all is malformed, and costs no request',
    async (text) => {
      const { verify, jwks } = await createFixture();
      await expect(verify(text)).rejects.toMatchObject(refusal('JWT_MALFORMED'));
      expect(jwks.requests).toBe(0);
    },
  );

  it('with a critical extension nobody knows is malformed', async () => {
    const { sign, verify, key } = await createFixture();
    const [, payload, signature] = (await sign()).split('.') as [string, string, string];
    const header = encode({ alg: 'ES256', typ: 'JWT', kid: key.kid, crit: ['x'], x: 1 });
    await expect(verify(`${header}.${payload}.${signature}`)).rejects.toMatchObject(refusal('JWT_MALFORMED'));
  });
});

describe('a JWT used twice', () => {
  it('is refused the second time, with and without jti, also when both come at once', async () => {
    const { sign, verify } = await createFixture({
      jtiStore: createMemoryJtiStore({ clock: () => startMs }),
    });
    for (const claims of [{ jti: '1' }, {}]) {
      const jwt = await sign(claims);
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => verify(jwt)));
      const refused = outcomes.filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(19);
      for (const one of refused) expect(one).toMatchObject({ reason: refusal('JWT_REPLAYED') });
    }
  });

  it('is not used up by a check that fails for another reason', async () => {
    const { sign, verify } = await createFixture({
      jtiStore: createMemoryJtiStore({ clock: () => startMs }),
    });
    const jwt = await sign({ jti: '1' });
    await expect(verify(jwt, { subject: 'B' })).rejects.toMatchObject(refusal('SUBJECT_MISMATCH'));
    expect((await verify(jwt)).userId).toBe(user);
  });

  it('is kept in the store until it would be refused for its age', async () => {
    const claimed: { id: string; expiresAtMs: number }[] = [];
    const jtiStore: JtiStore = {
      claim: async (id, expiresAtMs) => {
        claimed.push({ id, expiresAtMs });
        return true;
      },
    };
    const { sign, verify } = await createFixture({ jtiStore });
    await verify(await sign({ jti: 'a' }));
    await verify(await sign({ jti: 'b', exp: startMs / 1000 + 60 }));
    expect(claimed).toEqual([
      { id: 'jti:a', expiresAtMs: startMs + 330_000 },
      { id: 'jti:b', expiresAtMs: startMs + 90_000 },
    ]);
  });

  it('cannot be told from the first use while the store is away', async () => {
    const jtiStore: JtiStore = { claim: () => Promise.reject(new Error('away')) };
    const { sign, verify } = await createFixture({ jtiStore });
    await expect(verify(await sign())).rejects.toMatchObject(outage('JTI_STORE_UNAVAILABLE'));
  });
});

describe('a verifier', () => {
  it('takes no address that is not https, and no time that is none', () => {
    for (const jwksUrl of ['http://recognize.example/jwks.json', 'file:///jwks.json', 'ftp://127.0.0.1/']) {
      expect(() => createTransactionVerifier({ jwksUrl })).toThrow(TypeError);
    }
    for (const options of [
      { maxAgeSeconds: 0 },
      { maxAgeSeconds: Number.NaN },
      { clockToleranceSeconds: -1 },
    ]) {
      expect(() => createTransactionVerifier({ jwksUrl: 'https://a.example/', ...options })).toThrow(
        TypeError,
      );
    }
    expect(() => createTransactionVerifier({ jwksUrl: 'http://127.0.0.1:8080/jwks.json' })).not.toThrow();
  });
});
