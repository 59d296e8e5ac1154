import { backendServices, startTestStack, type TestStack } from '@openrecognize/e2e';
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FilmBrowser, startFilmBrowser } from '../../../e2e/test/browser/film-browser.ts';
import { type DemoFace, filmPortraits, inTheMiddle } from '../../../e2e/test/browser/scenes.ts';
import { browserObstacle } from '../../../e2e/test/browser/web-stack.ts';
import { type BankPage, bankPageOf, violationsOn } from './bank-page.ts';
import { startTutorialApp } from './tutorial-app.ts';

if (browserObstacle) console.warn(`skipped: the bank in Chromium (${browserObstacle})`);

const patienceMs = 400_000;
const shots = process.env['DEMO_SCREENSHOTS'];
const order = { payee: 'Corner Bookshop', amount: '12.50' };

describe.skipIf(browserObstacle !== null)('the bank, before a camera and the real services', () => {
  let stack: TestStack;
  const browsers = new Map<DemoFace, FilmBrowser>();
  const complaints: string[] = [];
  const open: BankPage[] = [];

  beforeAll(async () => {
    stack = await startTestStack({
      services: [...backendServices, 'authentication-service', 'demo'],
      overrides: {
        'authentication-service': {
          NUM_OF_CIRC: '6',
          WEB_SESSION_TIMEOUT_MS: '90000',
          BIOMETRIC_WORKERS: '1',
          WEB_MAX_CONNECTIONS_PER_ADDRESS: '100',
        },
      },
    });
  }, patienceMs);
  afterAll(async () => {
    await Promise.all([...browsers.values()].map((browser) => browser.close()));
    await stack?.dispose();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ page }) => page.context().close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  const openBank = async (face: DemoFace, options: BrowserContextOptions = {}): Promise<BankPage> => {
    const film = async () => filmPortraits({ faces: [{ face, at: inTheMiddle }], frames: 12 });
    const browser = browsers.get(face) ?? (await startFilmBrowser(await film()));
    browsers.set(face, browser);
    const page = await browser.open('about:blank', { reducedMotion: 'reduce', ...options });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
    });
    await page.goto(stack.urlOf('demo'));
    const bank = bankPageOf(page);
    await bank.see('#welcome');
    open.push(bank);
    return bank;
  };
  const look = async ({ page }: BankPage, name: string) => {
    if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  };

  it('opens an account, signs in, pays what was approved and refuses what was not', {
    timeout: patienceMs,
  }, async () => {
    const bank = await openBank('blonde');
    expect(await violationsOn(bank.page)).toEqual([]);
    await look(bank, 'welcome');
    await bank.signUp('ada');
    expect(await bank.text('#balance')).toContain('2,500.00');
    await bank.signOut();
    await bank.enter('sign-in', 'ada');
    await bank.see('kl-auth video');
    await look(bank, 'sign-in');
    await bank.see('#account');
    const paid = bank.pay(order);
    await bank.see('kl-auth video');
    await look(bank, 'payment');
    await paid;
    expect(await bank.text('#outcome')).toContain('Paid.');
    expect(await bank.text('#balance')).toContain('2,487.50');
    await bank.pay(order, true);
    expect(await bank.text('#outcome')).toMatch(/12\.50 EUR.+told 125\.00 EUR.+TRANSACTION_MISMATCH/);
    expect(await bank.text('#balance')).toContain('2,487.50');
    expect(await bank.text('#history li:first-child')).toContain('Refused: Corner Bookshop');
    expect(await violationsOn(bank.page)).toEqual([]);
    await look(bank, 'account');
  });

  it('books no JWT twice, and none for another payment', { timeout: patienceMs }, async () => {
    const bank = await openBank('blonde');
    await bank.signIn('ada');
    const sent = bank.page.waitForRequest(/\/payments\/.+/);
    await bank.pay(order);
    const request = await sent;
    const path = new URL(request.url()).pathname.replace('/bank/api/', '');
    const { jwt } = request.postDataJSON() as { jwt: string };
    const before = (await bank.call('GET', 'account')).body.account.balanceCents;
    expect(await bank.call('POST', path, { ...order, jwt })).toMatchObject({
      status: 403,
      body: { error: { code: 'APPROVAL_UNKNOWN' } },
    });
    const { approval } = (await bank.call('POST', 'payments', order)).body;
    expect(await bank.call('POST', `payments/${approval}`, { ...order, jwt })).toMatchObject({
      status: 403,
      body: { error: { code: 'APPROVAL_REFUSED', reason: 'TRANSACTION_MISMATCH' } },
    });
    expect((await bank.call('GET', 'account')).body.account.balanceCents).toBe(before);
  });

  it('lets nobody enroll or be recognised under a name the bank did not vouch for', {
    timeout: patienceMs,
  }, async () => {
    const bank = await openBank('laughing');
    const { body } = await bank.call('POST', 'sign-up', { username: 'mallory' });
    const { wsUrl: wsURL, keyId: keyID, key, customer, authorizationToken, transactionData } = body;
    const mallory = { customer, wsURL, key, keyID, authorizationToken, transactionData, wsTimeout: 60_000 };
    expect(await bank.attempt('kl-enroll', { ...mallory, username: 'grace' })).toBe('SERVER_FORBIDDEN');
    expect(await bank.attempt('kl-auth', { ...mallory, username: 'ada' })).toBe('SERVER_FORBIDDEN');
    const { authorizationToken: _, ...withoutToken } = mallory;
    expect(await bank.attempt('kl-enroll', { ...withoutToken, username: 'mallory' })).toBe(
      'SERVER_FORBIDDEN',
    );
  });

  it('knows another face from the one of the account, and gives each try a token of its own', {
    timeout: patienceMs,
  }, async () => {
    const bank = await openBank('laughing', { viewport: { width: 320, height: 800 }, colorScheme: 'dark' });
    await look(bank, 'welcome-dark-320');
    await bank.enter('sign-in', 'ada');
    const retry = bank.page.locator('kl-auth button.button-retry');
    await retry.waitFor({ timeout: 120_000 });

    await look(bank, 'refused-dark-320');
    await retry.click();
    await bank.see('kl-auth video');
    expect(await bank.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await bank.page.locator('#face-cancel').click();
    await bank.see('#welcome');
    expect((await bank.call('GET', 'account')).body.account).toBeNull();
  });

  it('serves the app of the tutorial, which signs a person in and knows a copied request', {
    timeout: patienceMs,
  }, async () => {
    const app = await startTutorialApp(stack);
    try {
      const { page } = await openBank('blonde');
      await page.goto(app.url);
      await page.locator('[name=username]').fill('tutor');
      await page.locator('[value=enroll]').click();
      await page.getByText('Hello, tutor!').waitFor({ timeout: 120_000 });
      const sent = page.waitForRequest(/\/session$/);
      await page.locator('[value=auth]').click();
      const old = (await sent).postDataJSON() as { challenge: string; jwt: string };
      await page.getByText('Hello, tutor!').waitFor({ timeout: 120_000 });
      const post = (path: string, body: object) =>
        page.evaluate(
          async (request) => {
            const method = 'POST';
            return (await fetch(request.path, { method, body: JSON.stringify(request.body) })).json();
          },
          { path, body },
        );
      expect(await page.evaluate(async () => (await fetch('/me')).json())).toEqual({ username: 'tutor' });
      expect(await post('/session', old)).toEqual({ error: 'This attempt is over.' });
      const { challenge } = await post('/challenge', { flow: 'auth', username: 'tutor' });
      expect(await post('/session', { ...old, challenge })).toEqual({ error: 'TRANSACTION_MISMATCH' });
    } finally {
      await app.close();
    }
  });

  it('deletes the face: the name is free again, for a new face and at the service', {
    timeout: patienceMs,
  }, async () => {
    const bank = await openBank('blonde', { viewport: { width: 320, height: 800 }, colorScheme: 'dark' });
    await bank.signIn('ada');
    expect(await bank.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await violationsOn(bank.page)).toEqual([]);
    await look(bank, 'account-dark-320');
    await bank.page.locator('#leave').click();
    await bank.page.locator('#confirm .danger').click();
    await bank.see('#welcome');
    expect(await bank.text('#enter-problem')).toContain('deleted');
    expect((await bank.call('POST', 'sign-in', { username: 'ada' })).status).toBe(404);
    await bank.signUp('ada');
    expect(await bank.text('#history li')).toContain('Welcome');
  });
});
