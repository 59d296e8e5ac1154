import { describe, expect, it } from 'vitest';
import { createFixture, createKey, outage, refusal, user } from './verifier-fixture.ts';

const minutes = 60_000;
const hours = 60 * minutes;

describe('the signing keys', () => {
  it('are fetched once for many JWTs at once, and once a day', async () => {
    const { sign, verify, jwks, clock } = await createFixture();
    const jwts = await Promise.all(Array.from({ length: 50 }, (_, index) => sign({ jti: String(index) })));
    await Promise.all(jwts.map((jwt) => verify(jwt)));
    expect(jwks.requests).toBe(1);
    clock.nowMs += 24 * hours - 1;
    await verify(await sign());
    expect(jwks.requests).toBe(1);
    clock.nowMs += 1;
    await Promise.all([verify(await sign()), verify(await sign())]);
    expect(jwks.requests).toBe(2);
  });

  it('are looked at anew for a name that is not known, at most once in five minutes', async () => {
    const { sign, verify, jwks, clock } = await createFixture();
    await verify(await sign());
    const rotated = await createKey('next');
    jwks.keys.push(rotated.jwk);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async () => verify(await sign({}, { with: rotated }))),
    );
    expect(outcomes.every(({ keyId }) => keyId === 'next')).toBe(true);
    expect(jwks.requests).toBe(2);

    const forger = await createKey('forger');
    const forged = async () => verify(await sign({}, { with: forger }));
    for (let round = 0; round < 3; round++) {
      await expect(forged()).rejects.toMatchObject(refusal('KEY_UNKNOWN'));
    }
    expect(jwks.requests).toBe(2);
    clock.nowMs += 5 * minutes;
    await expect(forged()).rejects.toMatchObject(refusal('KEY_UNKNOWN'));
    await expect(forged()).rejects.toMatchObject(refusal('KEY_UNKNOWN'));
    expect(jwks.requests).toBe(3);
  });

  it('are not fetched twice for the first JWT when it names an unknown key', async () => {
    const { sign, verify, jwks } = await createFixture();
    const forger = await createKey('forger');
    await expect(verify(await sign({}, { with: forger }))).rejects.toMatchObject(refusal('KEY_UNKNOWN'));
    expect(jwks.requests).toBe(1);
  });

  it('go on being used for a day while they cannot be fetched, and then no longer', async () => {
    const { sign, verify, jwks, clock } = await createFixture();
    await verify(await sign());
    jwks.isAway = true;
    clock.nowMs += 48 * hours - 1;
    expect((await verify(await sign())).userId).toBe(user);
    clock.nowMs += 1;
    await expect(verify(await sign())).rejects.toMatchObject(outage('JWKS_UNAVAILABLE'));
    jwks.isAway = false;
    clock.nowMs += 5_000;
    expect((await verify(await sign())).userId).toBe(user);
  });

  it('are asked for at most every five seconds while that fails, however many JWTs come', async () => {
    const { sign, verify, jwks, clock } = await createFixture();
    jwks.isAway = true;
    const jwt = await sign();
    for (let round = 0; round < 10; round++) {
      await expect(verify(jwt)).rejects.toMatchObject(outage('JWKS_UNAVAILABLE'));
    }
    expect(jwks.requests).toBe(1);
    jwks.isAway = false;
    clock.nowMs += 5_000;
    expect((await verify(jwt)).userId).toBe(user);
    expect(jwks.requests).toBe(2);
  });

  it('leave open whether an unknown key exists while they cannot be fetched', async () => {
    const { sign, verify, jwks } = await createFixture();
    await verify(await sign());
    jwks.isAway = true;
    const rotated = await createKey('next');
    await expect(verify(await sign({}, { with: rotated }))).rejects.toMatchObject(outage('JWKS_UNAVAILABLE'));
    expect((await verify(await sign())).userId).toBe(user);
  });

  it('that are withdrawn open nothing after the next look', async () => {
    const { sign, verify, jwks, clock, key } = await createFixture();
    await verify(await sign());
    const next = await createKey('next');
    jwks.keys = [next.jwk];
    clock.nowMs += 24 * hours;
    await expect(verify(await sign({}, { with: key }))).rejects.toMatchObject(refusal('KEY_UNKNOWN'));
  });

  it.each([
    ['no JSON', '<html>'],
    ['no JWKS', '{"keys":{}}'],
    ['too long', `{"keys":[],"pad":"${'x'.repeat(300_000)}"}`],
  ])('cannot be read from an answer that is %s', async (_, body) => {
    const { sign, verify, jwks } = await createFixture();
    jwks.body = body;
    await expect(verify(await sign())).rejects.toMatchObject(outage('JWKS_UNAVAILABLE'));
  });
});
