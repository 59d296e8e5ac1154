import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, ownHeaders, useBankService } from './bank-service.ts';

const bank = useBankService();

describe('leaving', () => {
  it('deletes the face at the service, closes the account and signs out', async () => {
    const browser = bank.openBrowser();
    await browser.enter('sign-up', 'ada');
    const userId = bank.fake.enrolled.get('ada');
    bank.fake.isDown = true;
    expect(codeOf(await browser.send('DELETE', 'account'))).toEqual([503, 'FACE_SERVICE_UNAVAILABLE']);
    expect(await bank.balanceOf(browser)).toBe(250_000);
    bank.fake.isDown = false;
    expect((await browser.send('DELETE', 'account')).body).toEqual({ account: null });
    expect(bank.fake.deleted).toEqual([userId]);
    expect((await browser.send('GET', 'account')).body).toEqual({ account: null });
    expect((await bank.openBrowser().enter('sign-up', 'ada')).status).toBe(200);
  });
});

describe('the bank', () => {
  it('answers its own page alone', async () => {
    const browser = bank.openBrowser();
    await browser.enter('sign-up', 'ada');
    const others = [
      { ...ownHeaders, origin: 'http://127.0.0.1:3000' },
      { ...ownHeaders, 'sec-fetch-site': 'same-site' },
      { ...ownHeaders, host: 'rebound.example', origin: 'http://rebound.example' },
      { ...ownHeaders, 'x-bank-page': '' },
      { host: ownHeaders.host, 'x-bank-page': '1' },
    ];
    for (const headers of others) {
      expect(codeOf(await browser.send('DELETE', 'account', undefined, headers))).toEqual([
        403,
        'FROM_ELSEWHERE',
      ]);
    }
    expect(bank.fake.deleted).toEqual([]);
  });

  it('keeps its books over a restart, for its own user alone', async () => {
    const browser = bank.openBrowser();
    await browser.enter('sign-up', 'ada');
    const { approval, jwt } = await bank.signedPayment(browser, 'ada');
    await bank.pay(browser, approval, { jwt });
    const { directory } = bank.fake;
    expect((await stat(join(directory, 'books.json'))).mode & 0o777).toBe(0o600);
    await bank.restart({ directory });
    const account = bank.fake.bankPage.bank.find('ada');
    expect(account).toMatchObject({ balanceCents: 248_750 });
    expect(account?.entries).toHaveLength(2);
  });

  it('writes no name, payee, token or JWT into its log', async () => {
    const browser = bank.openBrowser();
    await browser.enter('sign-up', 'unmistakable');
    const { approval, jwt } = await bank.signedPayment(browser, 'unmistakable');
    await bank.pay(browser, approval, { jwt, amount: '99.00' });
    expect(bank.logged).toContain('TRANSACTION_MISMATCH');
    expect(bank.logged).not.toMatch(/unmistakable|Bookshop|eyJ/);
    expect(bank.logged).not.toContain(browser.cookie().split('=')[1]);
  });

  it('sends what threads of WebAssembly need where that is switched on, and only there', async () => {
    const policyOf = async () =>
      (await bank.service.app.inject({ method: 'GET', url: '/' })).headers['cross-origin-embedder-policy'];
    expect(await policyOf()).toBeUndefined();
    await bank.restart({ crossOriginIsolation: true });
    expect(await policyOf()).toBe('require-corp');
  });
});
