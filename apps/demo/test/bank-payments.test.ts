import { beforeEach, describe, expect, it } from 'vitest';
import { type Browser, codeOf, order, useBankService } from './bank-service.ts';

const bank = useBankService();

describe('paying', () => {
  let browser: Browser;
  beforeEach(async () => {
    browser = bank.openBrowser();
    await browser.enter('sign-up', 'ada');
  });

  it('binds amount, currency, payee and the very payment, and books it once', async () => {
    const { body: asked } = await browser.send('POST', 'payments', order);
    expect(JSON.parse(asked.transactionData)).toEqual({
      ...order,
      currency: 'EUR',
      payment: asked.approval,
    });
    const jwt = bank.fake.signedBy('ada', asked.transactionData);
    const { body } = await bank.pay(browser, asked.approval, { jwt });
    expect(body.account.balanceCents).toBe(248_750);
    expect(body.account.entries[0]).toMatchObject({ kind: 'payment', cents: 1_250, payee: order.payee });
    expect(codeOf(await bank.pay(browser, asked.approval, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
    expect(await bank.balanceOf(browser)).toBe(248_750);
  });

  it.each([{ amount: '125.00' }, { amount: '12.51' }, { payee: 'Eve' }])(
    'refuses an order that is not the one the face approved: %o; it is in the history, and the JWT is worth nothing more',
    async (changed) => {
      const { approval, jwt } = await bank.signedPayment(browser, 'ada');
      const refused = await bank.pay(browser, approval, { jwt, ...changed });
      expect(codeOf(refused)).toEqual([403, 'APPROVAL_REFUSED', 'TRANSACTION_MISMATCH']);
      expect(codeOf(await bank.pay(browser, approval, { jwt }))).toEqual([403, 'APPROVAL_UNKNOWN']);
      const { account } = (await browser.send('GET', 'account')).body;
      expect(account.balanceCents).toBe(250_000);
      expect(account.entries[0]).toMatchObject({ kind: 'refused', reason: 'TRANSACTION_MISMATCH' });
    },
  );

  it('refuses the JWT of another payment of the same amount to the same payee', async () => {
    const first = await bank.signedPayment(browser, 'ada');
    const second = await bank.signedPayment(browser, 'ada');
    expect(codeOf(await bank.pay(browser, second.approval, { jwt: first.jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'TRANSACTION_MISMATCH',
    ]);
    expect((await bank.pay(browser, first.approval, { jwt: first.jwt })).status).toBe(200);
  });

  it('takes each jti once, whatever it was signed over', async () => {
    const jti = 'used-before';
    const first = await bank.signedPayment(browser, 'ada', { jti });
    expect((await bank.pay(browser, first.approval, { jwt: first.jwt })).status).toBe(200);
    const second = await bank.signedPayment(browser, 'ada', { jti });
    expect(codeOf(await bank.pay(browser, second.approval, { jwt: second.jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'JWT_REPLAYED',
    ]);
  });

  it('books one of two requests that arrive at once', async () => {
    const { approval, jwt } = await bank.signedPayment(browser, 'ada');
    const answers = await Promise.all([
      bank.pay(browser, approval, { jwt }),
      bank.pay(browser, approval, { jwt }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await bank.balanceOf(browser)).toBe(248_750);
  });

  it('refuses the face of somebody else, and an approval of a sign-in', async () => {
    await bank.openBrowser().enter('sign-up', 'eve');
    const { approval, jwt } = await bank.signedPayment(browser, 'eve');
    expect(codeOf(await bank.pay(browser, approval, { jwt }))).toEqual([
      403,
      'APPROVAL_REFUSED',
      'SUBJECT_MISMATCH',
    ]);
    const signIn = (await browser.send('POST', 'sign-in', { username: 'ada' })).body;
    const signInJwt = bank.fake.signedBy('ada', signIn.transactionData);
    expect(codeOf(await bank.pay(browser, signIn.approval, { jwt: signInJwt }))).toEqual([
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
      const jwt = bank.fake.signedBy('ada', transactionData);
      statuses.push((await bank.pay(browser, approval, { amount, jwt })).status);
    }
    expect(statuses).toEqual([200, 422]);
    expect(await bank.balanceOf(browser)).toBe(50_000);
  });

  it('is for those who are signed in', async () => {
    expect(codeOf(await bank.openBrowser().send('POST', 'payments', order))).toEqual([401, 'NOT_SIGNED_IN']);
  });
});
