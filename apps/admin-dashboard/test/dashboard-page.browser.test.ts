import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { RecognizeError } from '@openrecognize/contracts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath, hasChromium, startChromium } from './chromium.ts';
import { type RunningDashboard, startDashboard } from './dashboard.ts';
import { password } from './fake-operations.ts';

if (!hasChromium) console.warn(`skipped: the dashboard in a browser (${chromiumPath} is missing)`);

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
interface AxeWindow {
  readonly axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };
}

describe.skipIf(!hasChromium)('the dashboard in a browser', () => {
  let browser: Browser;
  let dashboard: RunningDashboard;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  const newPage = async (options: { width?: number; colorScheme?: 'light' | 'dark' } = {}) => {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1_280, height: 900 },
      colorScheme: options.colorScheme ?? 'light',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(8_000);
    const opened = await context.newPage();
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (message) => {
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
    });
    return opened;
  };
  beforeEach(async () => {
    complaints = [];
    dashboard = await startDashboard();
    page = await newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await dashboard.close();
    expect(complaints).toEqual([]);
  });

  const enterWords = async (name: string, secret: string) => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(secret);
    await page.keyboard.press('Enter');
  };
  const settled = () =>
    page.waitForFunction(
      () => document.querySelector('#page h1') && !document.querySelector('[aria-busy="true"]'),
    );
  const signIn = async (name = 'ada') => {
    await page.goto(dashboard.url);
    await enterWords(name, password);
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    await settled();
  };
  const go = async (path: string) => {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${path}`);
    await page.waitForTimeout(50);
    await settled();
  };
  const focusedText = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  const bodiesOf = (method: string, path: string) =>
    dashboard.operations.calls
      .filter((call) => call.method === method && call.url.startsWith(path))
      .map(({ body }) => body);
  const lockedUser = () => dashboard.operations.records.users[0]!;
  const allPaths = () => [
    ...['users', `users/${lockedUser().userId}`, 'lockouts', 'authentications', 'operations', 'settings'],
    ...['api-keys', 'webhooks', 'webhooks/deliveries/3', 'health', 'audit', 'operators'],
  ];

  it('says what to do after a wrong password, empties it and tells nothing to scripts', async () => {
    await page.goto(dashboard.url);
    await enterWords('ada', 'wrong');
    await page.getByText('No operator has this name and password').waitFor();
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await enterWords('ada', password);
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await page.content()).not.toContain('ada____');
  });

  it('asks for another sign-in when the session ends, and goes on where it was', async () => {
    await signIn();
    dashboard.operations.endSessions();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByText('Your session has ended').waitFor();
    await enterWords('ada', password);
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
  });

  it('shows users a page at a time and finds them by the start of their id', async () => {
    await signIn();
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText('Page 2').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(7);
    await page.getByLabel('Search for').fill('<b>');
    await page.keyboard.press('Enter');
    await page.getByText('A user id has the digits').waitFor();
    await page.getByLabel('Search for').fill('0a');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  });

  it('shows a user with the stock of each device and unlocks with a reason for the audit trail', async () => {
    await signIn();
    await go(`users/${lockedUser().userId}`);
    const devices = await page.getByRole('table', { name: 'Devices of the user' }).textContent();
    expect(devices).toMatch(/iOS[\s\S]*23 circuits[\s\S]*Web[\s\S]*2 circuits[\s\S]*Low/);
    const title = await page.locator('time').first().getAttribute('title');
    expect(title).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    await page.getByRole('button', { name: 'Unlock', exact: true }).click();
    await page.getByLabel('Reason').fill('called the help desk');
    await page.getByRole('dialog').getByRole('button', { name: 'Unlock' }).click();
    await page.getByText('The user is unlocked.').waitFor();
    expect(lockedUser().lockedUntilMs).toBeUndefined();
    expect(bodiesOf('POST', '/v2/admin/users/')).toEqual([{ reason: 'called the help desk' }]);
  });

  it('shows a failure with its code and next step, and tries again on demand', async () => {
    await signIn();
    const path = 'GET /v2/admin/api-keys';
    dashboard.operations.failures.set(path, new RecognizeError('INTERNAL_ERROR'));
    await go('api-keys');
    expect(await page.getByRole('alert').textContent()).toMatch(/INTERNAL_ERROR · request /);
    dashboard.operations.failures.delete(path);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table', { name: 'API keys' }).waitFor();
  });

  it('shows a new key once, and a slip of the Escape key does not lose it', async () => {
    await signIn();
    await go('api-keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('radio', { name: /^Secret/ }).check();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const secret = page.getByLabel('Copy it now');
    expect(await secret.inputValue()).toBe(`sk_${'k'.repeat(43)}`);
    await page.keyboard.press('Escape');
    expect(await secret.isVisible()).toBe(true);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByText('is created.').waitFor();
    expect(await page.content()).not.toContain('kkkkkkkk');
    expect(await page.locator('tbody tr').count()).toBe(4);
  });

  it('revokes a key by the end of its id alone, and gives the focus back', async () => {
    await signIn();
    await go('api-keys');
    const [key] = dashboard.operations.records.apiKeys;
    const opener = page.getByRole('button', { name: `Revoke key ${key!.apiKeyId}` });
    await opener.click();
    await page.getByLabel('Type the last 4').fill('0000');
    await page.keyboard.press('Enter');
    await page.getByText('These are not the last 4').waitFor();
    expect(key!.revokedAtMs).toBeUndefined();
    await page.keyboard.press('Escape');
    await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
    await opener.click();
    await page.getByLabel('Type the last 4').fill(key!.apiKeyId.slice(-4).toUpperCase());
    await page.keyboard.press('Enter');
    await page.getByText('The key is revoked.').waitFor();
    expect(key!.revokedAtMs).toBeDefined();
  });

  it('checks settings, sends what was changed, and tells when somebody else changed them', async () => {
    await signIn();
    await go('settings');
    const save = () => page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByLabel('Failures before a lockout').fill('0');
    await save();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('lockoutFailures');
    expect(bodiesOf('PATCH', '/v2/admin/settings')).toEqual([]);
    await page.getByLabel('Failures before a lockout').fill('5');
    await page.getByLabel('Suspension').fill('3600');
    await page.getByText('seconds, 1 hour').waitFor();
    await save();
    await page.getByText('1 setting changed.').waitFor();
    const changes = { lockoutSuspensionSeconds: 3600 };
    expect(bodiesOf('PATCH', '/v2/admin/settings')).toEqual([{ version: 4, changes }]);
    await settled();
    dashboard.operations.records.settings.version = 9;
    await page.getByLabel('Window').fill('900');
    await save();
    await page.getByText('Read the resource again').waitFor();
  });

  it('replays a dead delivery', async () => {
    await signIn();
    await go('webhooks/deliveries/6');
    await page.getByText('the answer was no success, HTTP 500').first().waitFor();
    await page.getByRole('button', { name: 'Send once more' }).click();
    await page.getByText('The event will be sent once more').waitFor();
    expect(dashboard.operations.records.deliveries[5]!.state).toBe('pending');
  });

  it('says where the chain of the audit trail breaks', async () => {
    await signIn();
    await go('audit');
    await page.getByText('The chain is intact').waitFor();
    dashboard.operations.records.brokenSequence = 2;
    await page.getByLabel('Trail of').selectOption('installation');
    await page.getByText('The chain breaks at entry 2').waitFor();
  });

  it('shows a viewer every page and no button that changes anything', async () => {
    await signIn('vera');
    expect(await page.getByRole('link', { name: 'Operators' }).count()).toBe(0);
    const changing =
      /Unlock|Forget|Create|Revoke|Save|Add|Change|Pause|New secret|Delete|Replay|Send|Disable/;
    for (const path of allPaths()) {
      await go(path);
      expect(await page.locator('#page [role=alert]').filter({ hasText: /./ }).count(), path).toBe(0);
      expect(await page.getByRole('button', { name: changing }).count(), path).toBe(0);
    }
  });

  it('can be used with the keyboard alone, from sign-in to unlock', async () => {
    await page.goto(dashboard.url);
    await page.getByLabel('Name').waitFor();
    await page.keyboard.type('ada');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    const tabTo = async (text: string, key = 'Tab') => {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press(key);
        if ((await focusedText()) !== text) continue;
        expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
        return;
      }
      throw new Error(`${key} never reaches ${text}`);
    };
    await tabTo('Lockouts', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Lockouts' }).waitFor();
    await settled();
    await tabTo('Unlock');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await page.getByText('The user is unlocked.').waitFor();
    await expect.poll(focusedText).toBe('Lockouts');
    expect(bodiesOf('POST', '/v2/admin/users/')).toEqual([{ reason: 'by keyboard' }]);
  });

  it.each(['light', 'dark'] as const)(
    'gives axe nothing to complain about, %s',
    async (colorScheme) => {
      await page.context().close();
      page = await newPage({ colorScheme });
      const check = async (where: string) => {
        const { violations } = await page.evaluate(() => (window as unknown as AxeWindow).axe.run());
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`,
        );
        expect(found, where).toEqual([]);
      };
      await page.goto(dashboard.url);
      await page.getByLabel('Name').waitFor();
      await page.evaluate(await readFile(axePath, 'utf8'));
      await check('sign-in');
      await enterWords('ada', password);
      await page.getByRole('heading', { name: 'Users' }).waitFor();
      for (const path of allPaths()) {
        await go(path);
        await check(path);
      }
      await page.getByRole('button', { name: 'Add operator' }).click();
      await check('a dialog');
    },
    60_000,
  );

  it('fits 320 pixels, with the navigation behind a button', async () => {
    await page.context().close();
    page = await newPage({ width: 320 });
    await signIn();
    for (const path of allPaths()) {
      await go(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(320);
    }
    expect(await page.getByRole('link', { name: 'Health' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Health' }).click();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
  });
});
