import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { codeOf, ownHeaders, useBankService } from './bank-service.ts';

const bank = useBankService();

describe('opening an account', () => {
  it('asks for a face under a token that vouches for this username alone, and a text no one else has', async () => {
    const { body } = await bank.openBrowser().send('POST', 'sign-up', { username: 'ada' });
    expect(body).toMatchObject({ customer: 'fernhollow', username: 'ada', wsUrl: 'ws://127.0.0.1:8080/' });
    expect(JSON.parse(body.transactionData)).toEqual({
      purpose: 'sign-up',
      username: 'ada',
      challenge: body.approval,
    });
    const [header, claims, signature] = body.authorizationToken.split('.');
    const jwks = await bank.service.app.inject({ method: 'GET', url: '/.well-known/jwks.json' });
    const [key] = jwks.json().keys as [JsonWebKey];
    expect(key).not.toHaveProperty('d');
    const publicKey = createPublicKey({ key, format: 'jwk' });
    const isGenuine = verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(isGenuine).toBe(true);
    const { iat, exp, sub, aud, jti } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect({ sub, aud, lifetime: exp - iat }).toEqual({
      sub: 'ada',
      aud: 'authentication-service',
      lifetime: 300,
    });
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('signs the person in by a cookie no script can read, and tells the page no user id', async () => {
    const browser = bank.openBrowser();
    const { status, body, setCookie } = await browser.enter('sign-up', 'ada');
    expect(status).toBe(200);
    expect(body.account).toMatchObject({ username: 'ada', balanceCents: 250_000 });
    expect(JSON.stringify(body)).not.toContain(bank.fake.enrolled.get('ada'));
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect((await browser.send('GET', 'account')).body.account.username).toBe('ada');
  });

  it('gives a session a token that was not there before', async () => {
    const browser = bank.openBrowser();
    await browser.send('POST', 'sign-up', { username: 'bob' });
    const before = browser.cookie();
    await browser.enter('sign-up', 'ada');
    expect(browser.cookie()).not.toBe(before);
    const planted = await bank.service.app.inject({
      method: 'GET',
      url: '/bank/api/account',
      headers: { ...ownHeaders, cookie: before },
    });
    expect(planted.json()).toEqual({ account: null });
  });

  it('has one account for each name', async () => {
    await bank.openBrowser().enter('sign-up', 'ada');
    expect(codeOf(await bank.openBrowser().send('POST', 'sign-up', { username: 'ada' }))).toEqual([
      409,
      'USERNAME_TAKEN',
    ]);
  });

  it('takes the face of somebody else for nobody: another name in the JWT is refused', async () => {
    const browser = bank.openBrowser();
    const { body } = await browser.send('POST', 'sign-up', { username: 'ada' });
    bank.fake.enrolled.set('eve', 'E'.repeat(64));
    const jwt = bank.fake.signedBy('eve', body.transactionData);
    expect(codeOf(await browser.send('POST', `sign-up/${body.approval}`, { jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'SUBJECT_MISMATCH',
    ]);
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
  });

  it('frees a name whose sign-up was never finished, but not while one is under way', async () => {
    bank.fake.enrolled.set('ada', 'A'.repeat(64));
    await bank.openBrowser().send('POST', 'sign-up', { username: 'ada' });
    expect(bank.fake.deleted).toEqual(['A'.repeat(64)]);
    bank.fake.enrolled.set('ada', 'B'.repeat(64));
    await bank.openBrowser().send('POST', 'sign-up', { username: 'ada' });
    expect(bank.fake.deleted).toEqual(['A'.repeat(64)]);
  });

  it('frees the name at once for who begins again', async () => {
    const browser = bank.openBrowser();
    await browser.send('POST', 'sign-up', { username: 'ada' });
    bank.fake.enrolled.set('ada', 'A'.repeat(64));
    await browser.send('POST', 'sign-up', { username: 'ada' });
    expect(bank.fake.deleted).toEqual(['A'.repeat(64)]);
    expect((await browser.enter('sign-up', 'ada')).status).toBe(200);
  });

  it('opens no more accounts than it keeps', async () => {
    await bank.restart({ maxAccounts: 1 });
    await bank.openBrowser().enter('sign-up', 'ada');
    expect(codeOf(await bank.openBrowser().send('POST', 'sign-up', { username: 'bob' }))).toEqual([
      429,
      'BANK_FULL',
    ]);
  });
});

describe('signing in', () => {
  beforeEach(() => bank.openBrowser().enter('sign-up', 'ada'));

  it('opens the account of the face', async () => {
    const { status, body } = await bank.openBrowser().enter('sign-in', 'ada');
    expect([status, body.account.username]).toEqual([200, 'ada']);
  });

  it('refuses a JWT of another user who was given the same name', async () => {
    bank.fake.enrolled.set('ada', 'F'.repeat(64));
    expect(codeOf(await bank.openBrowser().enter('sign-in', 'ada'))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'SUBJECT_MISMATCH',
    ]);
  });

  it('refuses a JWT that was made for another audience, without one, or too long ago', async () => {
    for (const [over, reason] of [
      [{ aud: 'another-shop' }, 'AUDIENCE_MISMATCH'],
      [{ aud: undefined }, 'AUDIENCE_MISMATCH'],
      [{ nonce: 'n' }, 'NONCE_MISMATCH'],
      [{ iat: 1_749_000_000, exp: 1_749_000_120 }, 'JWT_EXPIRED'],
    ] as const) {
      expect(codeOf(await bank.openBrowser().enter('sign-in', 'ada', over))).toEqual([
        403,
        'APPROVAL_REFUSED',
        reason,
      ]);
    }
  });

  it('refuses the JWT of one sign-in for the next', async () => {
    const { jwt } = await bank.openBrowser().enter('sign-in', 'ada');
    const browser = bank.openBrowser();
    const { body } = await browser.send('POST', 'sign-in', { username: 'ada' });
    expect(codeOf(await browser.send('POST', `sign-in/${body.approval}`, { jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'TRANSACTION_MISMATCH',
    ]);
  });

  it('refuses an approval that belongs to another browser, is used or is too old', async () => {
    const victim = bank.openBrowser();
    const { body } = await victim.send('POST', 'sign-in', { username: 'ada' });
    const jwt = bank.fake.signedBy('ada', body.transactionData);
    const path = `sign-in/${body.approval}`;
    expect(codeOf(await bank.openBrowser().send('POST', path, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
    expect((await victim.send('POST', path, { jwt })).status).toBe(200);
    expect(codeOf(await victim.send('POST', path, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
    const late = bank.openBrowser();
    const asked = (await late.send('POST', 'sign-in', { username: 'ada' })).body;
    bank.fake.nowMs += 300_001;
    const lateJwt = bank.fake.signedBy('ada', asked.transactionData);
    expect(codeOf(await late.send('POST', `sign-in/${asked.approval}`, { jwt: lateJwt }))).toEqual([
      403,
      'APPROVAL_UNKNOWN',
    ]);
  });

  it('knows nobody without an account, and says when the face service is away', async () => {
    expect(codeOf(await bank.openBrowser().send('POST', 'sign-in', { username: 'zoe' }))).toEqual([
      404,
      'ACCOUNT_UNKNOWN',
    ]);
    bank.fake.isDown = true;
    expect(codeOf(await bank.openBrowser().send('POST', 'sign-in', { username: 'ada' }))).toEqual([
      503,
      'FACE_SERVICE_UNAVAILABLE',
    ]);
  });

  it('ends with the sign-out, and by itself after a quarter of an hour', async () => {
    const browser = bank.openBrowser();
    await browser.enter('sign-in', 'ada');
    await browser.send('DELETE', 'visit');
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
    await browser.enter('sign-in', 'ada');
    bank.fake.nowMs += 900_001;
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
  });
});
