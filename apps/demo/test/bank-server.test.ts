import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createService, type Service } from '@openrecognize/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountDemo } from '../src/server.ts';
import { createFakeBank, type FakeBank } from './fake-bank.ts';
import { createFakeDevices } from './fake-devices.ts';

let service: Service;
let fake: FakeBank;
let logged: string;

const start = async (given: Parameters<typeof createFakeBank>[0] = {}) => {
  fake = await createFakeBank(given);
  const stream = {
    write: (line: string) => {
      logged += line;
    },
  };
  service = await createService({ name: 'demo', logging: { level: 'trace', stream } });
  mountDemo(service.app, {
    bankPage: fake.bankPage,
    devices: createFakeDevices().devices,
    operations: { verifyJwt: async () => true, deleteUser: async () => true },
    maxPeople: 2,
    maxConcurrency: 2,
    now: () => performance.now(),
  });
  await service.app.ready();
};
beforeEach(async () => {
  logged = '';
  await start();
});
afterEach(() => service.close(0));

const host = '127.0.0.1:8090';
const ownHeaders = { host, origin: `http://${host}`, 'x-bank-page': '1', 'sec-fetch-site': 'same-origin' };

/** A browser: keeps the cookie. */
const openBrowser = () => {
  let cookie = '';
  const send = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    payload?: object,
    headers: Readonly<Record<string, string>> = ownHeaders,
  ) => {
    const answer = await service.app.inject({
      method,
      url: `/bank/api/${path}`,
      headers: { ...headers, ...(cookie ? { cookie } : {}) },
      ...(payload ? { payload } : {}),
    });
    const set = answer.headers['set-cookie'];
    if (typeof set === 'string') cookie = set.split(';')[0]!;
    return { status: answer.statusCode, body: answer.json(), setCookie: set };
  };
  /** Begins and ends a way in, with the face of that person. */
  const enter = async (way: 'sign-up' | 'sign-in', username: string, over?: Record<string, unknown>) => {
    const { body } = await send('POST', way, { username });
    if (way === 'sign-up') fake.enrolled.set(username, username.toUpperCase().padEnd(64, '0'));
    const jwt = fake.signedBy(username, body.transactionData, over);
    return { ...(await send('POST', `${way}/${body.approval}`, { jwt })), approval: body.approval, jwt };
  };
  return { send, enter, cookie: () => cookie };
};
type Browser = ReturnType<typeof openBrowser>;

const order = { payee: 'Corner Bookshop', amount: '12.50' };
const codeOf = ({
  status,
  body,
}: {
  status: number;
  body: { error?: { code: string; reason?: string } };
}) => [status, body.error?.code, ...(body.error?.reason ? [body.error.reason] : [])];
const balanceOf = async (browser: Browser) =>
  (await browser.send('GET', 'account')).body.account.balanceCents as number;
/** Asks for a payment and has it signed. */
const signedPayment = async (browser: Browser, username: string, over?: Record<string, unknown>) => {
  const { body } = await browser.send('POST', 'payments', order);
  return { approval: body.approval as string, jwt: fake.signedBy(username, body.transactionData, over) };
};
const pay = (browser: Browser, approval: string, body: object) =>
  browser.send('POST', `payments/${approval}`, { ...order, ...body });

describe('opening an account', () => {
  it('asks for a face under a token that vouches for this username alone, and a text no one else has', async () => {
    const { body } = await openBrowser().send('POST', 'sign-up', { username: 'ada' });
    expect(body).toMatchObject({ customer: 'fernhollow', username: 'ada', wsUrl: 'ws://127.0.0.1:8080/' });
    expect(JSON.parse(body.transactionData)).toEqual({
      purpose: 'sign-up',
      username: 'ada',
      challenge: body.approval,
    });
    const [header, claims, signature] = body.authorizationToken.split('.');
    const jwks = await service.app.inject({ method: 'GET', url: '/.well-known/jwks.json' });
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
    const browser = openBrowser();
    const { status, body, setCookie } = await browser.enter('sign-up', 'ada');
    expect(status).toBe(200);
    expect(body.account).toMatchObject({ username: 'ada', balanceCents: 250_000 });
    expect(JSON.stringify(body)).not.toContain(fake.enrolled.get('ada'));
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect((await browser.send('GET', 'account')).body.account.username).toBe('ada');
  });

  it('gives a session a token that was not there before', async () => {
    const browser = openBrowser();
    await browser.send('POST', 'sign-up', { username: 'bob' });
    const before = browser.cookie();
    await browser.enter('sign-up', 'ada');
    expect(browser.cookie()).not.toBe(before);
    const planted = await service.app.inject({
      method: 'GET',
      url: '/bank/api/account',
      headers: { ...ownHeaders, cookie: before },
    });
    expect(planted.json()).toEqual({ account: null });
  });

  it('has one account for each name', async () => {
    await openBrowser().enter('sign-up', 'ada');
    expect(codeOf(await openBrowser().send('POST', 'sign-up', { username: 'ada' }))).toEqual([
      409,
      'USERNAME_TAKEN',
    ]);
  });

  it('takes the face of somebody else for nobody: another name in the JWT is refused', async () => {
    const browser = openBrowser();
    const { body } = await browser.send('POST', 'sign-up', { username: 'ada' });
    fake.enrolled.set('eve', 'E'.repeat(64));
    const jwt = fake.signedBy('eve', body.transactionData);
    expect(codeOf(await browser.send('POST', `sign-up/${body.approval}`, { jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'SUBJECT_MISMATCH',
    ]);
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
  });

  it('frees a name whose sign-up was never finished, but not while one is under way', async () => {
    fake.enrolled.set('ada', 'A'.repeat(64));
    await openBrowser().send('POST', 'sign-up', { username: 'ada' });
    expect(fake.deleted).toEqual(['A'.repeat(64)]);
    fake.enrolled.set('ada', 'B'.repeat(64));
    await openBrowser().send('POST', 'sign-up', { username: 'ada' });
    expect(fake.deleted).toEqual(['A'.repeat(64)]);
  });

  it('opens no more accounts than it keeps', async () => {
    await service.close(0);
    await start({ maxAccounts: 1 });
    await openBrowser().enter('sign-up', 'ada');
    expect(codeOf(await openBrowser().send('POST', 'sign-up', { username: 'bob' }))).toEqual([
      429,
      'BANK_FULL',
    ]);
  });
});

describe('signing in', () => {
  beforeEach(() => openBrowser().enter('sign-up', 'ada'));

  it('opens the account of the face', async () => {
    const { status, body } = await openBrowser().enter('sign-in', 'ada');
    expect([status, body.account.username]).toEqual([200, 'ada']);
  });

  it('refuses a JWT of another user who was given the same name', async () => {
    fake.enrolled.set('ada', 'F'.repeat(64));
    expect(codeOf(await openBrowser().enter('sign-in', 'ada'))).toEqual([
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
      expect(codeOf(await openBrowser().enter('sign-in', 'ada', over))).toEqual([
        403,
        'APPROVAL_REFUSED',
        reason,
      ]);
    }
  });

  it('refuses the JWT of one sign-in for the next', async () => {
    const { jwt } = await openBrowser().enter('sign-in', 'ada');
    const browser = openBrowser();
    const { body } = await browser.send('POST', 'sign-in', { username: 'ada' });
    expect(codeOf(await browser.send('POST', `sign-in/${body.approval}`, { jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'TRANSACTION_MISMATCH',
    ]);
  });

  it('refuses an approval that belongs to another browser, is used or is too old', async () => {
    const victim = openBrowser();
    const { body } = await victim.send('POST', 'sign-in', { username: 'ada' });
    const jwt = fake.signedBy('ada', body.transactionData);
    const path = `sign-in/${body.approval}`;
    expect(codeOf(await openBrowser().send('POST', path, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
    expect((await victim.send('POST', path, { jwt })).status).toBe(200);
    expect(codeOf(await victim.send('POST', path, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
    const late = openBrowser();
    const asked = (await late.send('POST', 'sign-in', { username: 'ada' })).body;
    fake.nowMs += 300_001;
    const lateJwt = fake.signedBy('ada', asked.transactionData);
    expect(codeOf(await late.send('POST', `sign-in/${asked.approval}`, { jwt: lateJwt }))).toEqual([
      403,
      'APPROVAL_UNKNOWN',
    ]);
  });

  it('knows nobody without an account, and says when the face service is away', async () => {
    expect(codeOf(await openBrowser().send('POST', 'sign-in', { username: 'zoe' }))).toEqual([
      404,
      'ACCOUNT_UNKNOWN',
    ]);
    fake.isDown = true;
    expect(codeOf(await openBrowser().send('POST', 'sign-in', { username: 'ada' }))).toEqual([
      503,
      'FACE_SERVICE_UNAVAILABLE',
    ]);
  });

  it('ends with the sign-out, and by itself after a quarter of an hour', async () => {
    const browser = openBrowser();
    await browser.enter('sign-in', 'ada');
    await browser.send('DELETE', 'visit');
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
    await browser.enter('sign-in', 'ada');
    fake.nowMs += 900_001;
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
  });
});

describe('paying', () => {
  let browser: Browser;
  beforeEach(async () => {
    browser = openBrowser();
    await browser.enter('sign-up', 'ada');
  });

  it('binds amount, currency, payee and the very payment, and books it once', async () => {
    const { body: asked } = await browser.send('POST', 'payments', order);
    expect(JSON.parse(asked.transactionData)).toEqual({
      ...order,
      currency: 'EUR',
      payment: asked.approval,
    });
    const jwt = fake.signedBy('ada', asked.transactionData);
    const { body } = await pay(browser, asked.approval, { jwt });
    expect(body.account.balanceCents).toBe(248_750);
    expect(body.account.entries[0]).toMatchObject({ kind: 'payment', cents: 1_250, payee: order.payee });
    expect(codeOf(await pay(browser, asked.approval, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
    expect(await balanceOf(browser)).toBe(248_750);
  });

  it.each([{ amount: '125.00' }, { amount: '12.51' }, { payee: 'Eve' }])(
    'refuses an order that is not the one the face approved: %o; it is in the history, and the JWT is worth nothing more',
    async (changed) => {
      const { approval, jwt } = await signedPayment(browser, 'ada');
      const refused = await pay(browser, approval, { jwt, ...changed });
      expect(codeOf(refused)).toEqual([403, 'APPROVAL_REFUSED', 'TRANSACTION_MISMATCH']);
      expect(codeOf(await pay(browser, approval, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
      const { account } = (await browser.send('GET', 'account')).body;
      expect(account.balanceCents).toBe(250_000);
      expect(account.entries[0]).toMatchObject({ kind: 'refused', reason: 'TRANSACTION_MISMATCH' });
    },
  );

  it('refuses the JWT of another payment of the same amount to the same payee', async () => {
    const first = await signedPayment(browser, 'ada');
    const second = await signedPayment(browser, 'ada');
    expect(codeOf(await pay(browser, second.approval, { jwt: first.jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'TRANSACTION_MISMATCH',
    ]);
    expect((await pay(browser, first.approval, { jwt: first.jwt })).status).toBe(200);
  });

  it('takes each jti once, whatever it was signed over', async () => {
    const jti = 'used-before';
    const first = await signedPayment(browser, 'ada', { jti });
    expect((await pay(browser, first.approval, { jwt: first.jwt })).status).toBe(200);
    const second = await signedPayment(browser, 'ada', { jti });
    expect(codeOf(await pay(browser, second.approval, { jwt: second.jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'JWT_REPLAYED',
    ]);
  });

  it('books one of two requests that arrive at once', async () => {
    const { approval, jwt } = await signedPayment(browser, 'ada');
    const answers = await Promise.all([pay(browser, approval, { jwt }), pay(browser, approval, { jwt })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await balanceOf(browser)).toBe(248_750);
  });

  it('refuses the face of somebody else, and an approval of a sign-in', async () => {
    await openBrowser().enter('sign-up', 'eve');
    const { approval, jwt } = await signedPayment(browser, 'eve');
    expect(codeOf(await pay(browser, approval, { jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'SUBJECT_MISMATCH',
    ]);
    const signIn = (await browser.send('POST', 'sign-in', { username: 'ada' })).body;
    const signInJwt = fake.signedBy('ada', signIn.transactionData);
    expect(codeOf(await pay(browser, signIn.approval, { jwt: signInJwt }))).toEqual([
      403,
      'APPROVAL_UNKNOWN',
    ]);
  });

  it.each(['0', '0.00', '-1', '1e3', '12,50', '1.234', '12345678', ' 1'])(
    'knows no amount %s',
    async (amount) => {
      expect(codeOf(await browser.send('POST', 'payments', { ...order, amount }))).toEqual([
        422,
        'AMOUNT_INVALID',
      ]);
    },
  );

  it.each(['', ' a', 'a\n', 'a\u202Eb', 'a'.repeat(81)])('knows no payee %j', async (payee) => {
    expect(codeOf(await browser.send('POST', 'payments', { ...order, payee }))).toEqual([
      400,
      'REQUEST_INVALID',
    ]);
  });

  it('pays no more than there is, also where two payments were approved before', async () => {
    const amount = '2000.00';
    expect(codeOf(await browser.send('POST', 'payments', { ...order, amount: '2500.01' }))).toEqual([
      422,
      'FUNDS_INSUFFICIENT',
    ]);
    const asked = [
      (await browser.send('POST', 'payments', { ...order, amount })).body,
      (await browser.send('POST', 'payments', { ...order, amount })).body,
    ];
    const statuses = [];
    for (const { approval, transactionData } of asked) {
      const jwt = fake.signedBy('ada', transactionData);
      statuses.push((await pay(browser, approval, { amount, jwt })).status);
    }
    expect(statuses).toEqual([200, 422]);
    expect(await balanceOf(browser)).toBe(50_000);
  });

  it('is for those who are signed in', async () => {
    expect(codeOf(await openBrowser().send('POST', 'payments', order))).toEqual([401, 'NOT_SIGNED_IN']);
  });
});

describe('leaving', () => {
  it('deletes the face at the service, closes the account and signs out', async () => {
    const browser = openBrowser();
    await browser.enter('sign-up', 'ada');
    const userId = fake.enrolled.get('ada');
    fake.isDown = true;
    expect(codeOf(await browser.send('DELETE', 'account'))).toEqual([503, 'FACE_SERVICE_UNAVAILABLE']);
    expect(await balanceOf(browser)).toBe(250_000);
    fake.isDown = false;
    expect((await browser.send('DELETE', 'account')).body).toEqual({ account: null });
    expect(fake.deleted).toEqual([userId]);
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
    expect((await openBrowser().enter('sign-up', 'ada')).status).toBe(200);
  });
});

describe('the bank', () => {
  it('answers its own page alone', async () => {
    const browser = openBrowser();
    await browser.enter('sign-up', 'ada');
    const others = [
      { ...ownHeaders, origin: 'http://127.0.0.1:3000' },
      { ...ownHeaders, 'sec-fetch-site': 'same-site' },
      { ...ownHeaders, host: 'rebound.example', origin: 'http://rebound.example' },
      { ...ownHeaders, 'x-bank-page': '' },
      { host, 'x-bank-page': '1' },
    ];
    for (const headers of others) {
      expect(codeOf(await browser.send('DELETE', 'account', undefined, headers))).toEqual([
        403,
        'FROM_ELSEWHERE',
      ]);
    }
    expect(fake.deleted).toEqual([]);
  });

  it('keeps its books over a restart, for its own user alone', async () => {
    const browser = openBrowser();
    await browser.enter('sign-up', 'ada');
    const { approval, jwt } = await signedPayment(browser, 'ada');
    await pay(browser, approval, { jwt });
    const { directory } = fake;
    expect((await stat(join(directory, 'books.json'))).mode & 0o777).toBe(0o600);
    await service.close(0);
    await start({ directory });
    const account = fake.bankPage.bank.find('ada');
    expect(account).toMatchObject({ balanceCents: 248_750 });
    expect(account?.entries).toHaveLength(2);
  });

  it('writes no name, payee, token or JWT into its log', async () => {
    const browser = openBrowser();
    await browser.enter('sign-up', 'unmistakable');
    const { approval, jwt } = await signedPayment(browser, 'unmistakable');
    await pay(browser, approval, { jwt, amount: '99.00' });
    expect(logged).toContain('TRANSACTION_MISMATCH');
    expect(logged).not.toMatch(/unmistakable|Bookshop|eyJ/);
    expect(logged).not.toContain(browser.cookie().split('=')[1]);
  });
});
