import { RecognizeError } from '@openrecognize/contracts';
import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import { describe, expect, it } from 'vitest';
import { startDashboard } from './dashboard.ts';
import { useDashboardPage } from './dashboard-browser.ts';
import { password } from './fake-operations.ts';

if (!hasChromium) console.warn(`skipped: the dashboard in a browser (${chromiumPath} is missing)`);

describe.skipIf(!hasChromium)('the dashboard in a browser', () => {
  const ui = useDashboardPage(() => startDashboard());
  const bodiesOf = (method: string, path: string) =>
    ui.dashboard.operations.calls
      .filter((call) => call.method === method && call.url.startsWith(path))
      .map(({ body }) => body);
  const lockedUser = () => ui.dashboard.operations.records.users[0]!;
  const allPaths = () => [
    ...['users', `users/${lockedUser().userId}`, 'lockouts', 'authentications', 'operations', 'settings'],
    ...['api-keys', 'webhooks', 'webhooks/deliveries/3', 'tenants', 'health', 'audit', 'operators'],
  ];

  it('says what to do after a wrong password, empties it and tells nothing to scripts', async () => {
    await ui.page.goto(ui.dashboard.url);
    await ui.enterWords('ada', 'wrong');
    await ui.page.getByText('No operator has this name and password').waitFor();
    expect(await ui.page.getByLabel('Password').inputValue()).toBe('');
    await ui.enterWords('ada', password);
    await ui.page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
    expect(await ui.page.evaluate(() => document.cookie)).toBe('');
    expect(await ui.page.content()).not.toContain('ada____');
  });

  it('asks for another sign-in when the session ends, and goes on where it was', async () => {
    await ui.signIn();
    ui.dashboard.operations.endSessions();
    await ui.page.getByRole('link', { name: 'API keys' }).click();
    await ui.page.getByText('Your session has ended').waitFor();
    await ui.enterWords('ada', password);
    await ui.page.getByRole('heading', { name: 'API keys' }).waitFor();
  });

  it('shows users a page at a time and finds them by the start of their id', async () => {
    await ui.signIn();
    expect(await ui.page.locator('tbody tr').count()).toBe(50);
    await ui.page.getByRole('button', { name: 'Next page' }).click();
    await ui.page.getByText('Page 2').waitFor();
    expect(await ui.page.locator('tbody tr').count()).toBe(7);
    await ui.page.getByLabel('Search for').fill('<b>');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByText('A user id has the digits').waitFor();
    await ui.page.getByLabel('Search for').fill('0a');
    await ui.page.keyboard.press('Enter');
    await expect.poll(() => ui.page.locator('tbody tr').count()).toBe(1);
  });

  it('shows a user with the stock of each device and unlocks with a reason for the audit trail', async () => {
    await ui.signIn();
    await ui.go(`users/${lockedUser().userId}`);
    const devices = await ui.page.getByRole('table', { name: 'Devices of the user' }).textContent();
    expect(devices).toMatch(/iOS[\s\S]*23 circuits[\s\S]*Web[\s\S]*2 circuits[\s\S]*Low/);
    const title = await ui.page.locator('time').first().getAttribute('title');
    expect(title).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    await ui.page.getByRole('button', { name: 'Unlock', exact: true }).click();
    await ui.page.getByLabel('Reason').fill('called the help desk');
    await ui.page.getByRole('dialog').getByRole('button', { name: 'Unlock' }).click();
    await ui.page.getByText('The user is unlocked.').waitFor();
    expect(lockedUser().lockedUntilMs).toBeUndefined();
    expect(bodiesOf('POST', '/v2/admin/users/')).toEqual([{ reason: 'called the help desk' }]);
  });

  it('shows a failure with its code and next step, and tries again on demand', async () => {
    await ui.signIn();
    const path = 'GET /v2/admin/api-keys';
    ui.dashboard.operations.failures.set(path, new RecognizeError('INTERNAL_ERROR'));
    await ui.go('api-keys');
    expect(await ui.page.getByRole('alert').textContent()).toMatch(/INTERNAL_ERROR · request /);
    ui.dashboard.operations.failures.delete(path);
    await ui.page.getByRole('button', { name: 'Try again' }).click();
    await ui.page.getByRole('table', { name: 'API keys' }).waitFor();
  });

  it('shows a new key once, and a slip of the Escape key does not lose it', async () => {
    await ui.signIn();
    await ui.go('api-keys');
    await ui.page.getByRole('button', { name: 'Create key' }).click();
    await ui.page.getByRole('radio', { name: /^Secret/ }).check();
    await ui.page.getByRole('button', { name: 'Create', exact: true }).click();
    const secret = ui.page.getByLabel('Copy it now');
    expect(await secret.inputValue()).toBe(`sk_${'k'.repeat(43)}`);
    await ui.page.keyboard.press('Escape');
    expect(await secret.isVisible()).toBe(true);
    await ui.page.getByRole('button', { name: 'I have stored it' }).click();
    await ui.page.getByText('is created.').waitFor();
    expect(await ui.page.content()).not.toContain('kkkkkkkk');
    expect(await ui.page.locator('tbody tr').count()).toBe(4);
  });

  it('revokes a key by the end of its id alone, and gives the focus back', async () => {
    await ui.signIn();
    await ui.go('api-keys');
    const [key] = ui.dashboard.operations.records.apiKeys;
    const opener = ui.page.getByRole('button', { name: `Revoke key ${key!.apiKeyId}` });
    await opener.click();
    await ui.page.getByLabel('Type the last 4').fill('0000');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByText('These are not the last 4').waitFor();
    expect(key!.revokedAtMs).toBeUndefined();
    await ui.page.keyboard.press('Escape');
    await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
    await opener.click();
    await ui.page.getByLabel('Type the last 4').fill(key!.apiKeyId.slice(-4).toUpperCase());
    await ui.page.keyboard.press('Enter');
    await ui.page.getByText('The key is revoked.').waitFor();
    expect(key!.revokedAtMs).toBeDefined();
  });

  it('checks settings, sends what was changed, and tells when somebody else changed them', async () => {
    await ui.signIn();
    await ui.go('settings');
    const save = () => ui.page.getByRole('button', { name: 'Save changes' }).click();
    await ui.page.getByLabel('Failures before a lockout').fill('0');
    await save();
    expect(await ui.page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe(
      'lockoutFailures',
    );
    expect(bodiesOf('PATCH', '/v2/admin/settings')).toEqual([]);
    await ui.page.getByLabel('Failures before a lockout').fill('5');
    await ui.page.getByLabel('Suspension').fill('3600');
    await ui.page.getByText('seconds, 1 hour').waitFor();
    await save();
    await ui.page.getByText('1 setting changed.').waitFor();
    const changes = { lockoutSuspensionSeconds: 3600 };
    expect(bodiesOf('PATCH', '/v2/admin/settings')).toEqual([{ version: 4, changes }]);
    await ui.settled();
    ui.dashboard.operations.records.settings.version = 9;
    await ui.page.getByLabel('Window').fill('900');
    await save();
    await ui.page.getByText('Read the resource again').waitFor();
  });

  it('marks the address of a key set that the server refuses', async () => {
    await ui.signIn();
    await ui.go('settings');
    const path = 'PATCH /v2/admin/settings';
    ui.dashboard.operations.failures.set(path, new RecognizeError('JWKS_URI_NOT_HTTPS'));
    const address = ui.page.getByLabel('JWKS address');
    await address.fill('http://localhost/keys.json');
    await ui.page.getByRole('button', { name: 'Save changes' }).click();
    await ui.page.getByText('Serve the key set over https').waitFor();
    expect(await address.getAttribute('aria-invalid')).toBe('true');
  });

  it('names the identity provider by the address of its document', async () => {
    await ui.signIn();
    await ui.go('settings');
    const address = ui.page.getByLabel('OpenID Configuration URL');
    const save = () => ui.page.getByRole('button', { name: 'Save changes' }).click();
    await address.fill('https://iam.example/realms/acme');
    await save();
    await ui.page.getByText('This address ends in /.well-known/openid-configuration.').waitFor();
    const openidConfigurationUrl = 'https://iam.example/realms/acme/.well-known/openid-configuration';
    await address.fill(openidConfigurationUrl);
    await ui.page.getByLabel('Tokens are for').fill('acme-app');
    await save();
    await ui.page.getByText('2 settings changed.').waitFor();
    const changes = { openidConfigurationUrl, openidAudience: 'acme-app' };
    expect(bodiesOf('PATCH', '/v2/admin/settings').at(-1)).toEqual({ version: 4, changes });
  });

  it('replays a dead delivery', async () => {
    await ui.signIn();
    await ui.go('webhooks/deliveries/6');
    await ui.page.getByText('the answer was no success, HTTP 500').first().waitFor();
    await ui.page.getByRole('button', { name: 'Send once more' }).click();
    await ui.page.getByText('The event will be sent once more').waitFor();
    expect(ui.dashboard.operations.records.deliveries[5]!.state).toBe('pending');
  });

  it('says where the chain of the audit trail breaks', async () => {
    await ui.signIn();
    await ui.go('audit');
    await ui.page.getByText('The chain is intact').waitFor();
    ui.dashboard.operations.records.brokenSequence = 2;
    await ui.page.getByLabel('Trail of').selectOption('installation');
    await ui.page.getByText('The chain breaks at entry 2').waitFor();
  });

  it('shows a viewer every page and no button that changes anything', async () => {
    await ui.signIn('vera');
    expect(await ui.page.getByRole('link', { name: 'Operators' }).count()).toBe(0);
    const changing =
      /Unlock|Forget|Create|Revoke|Save|Add|Change|Pause|New secret|Delete|Replay|Send|Disable/;
    for (const path of allPaths()) {
      await ui.go(path);
      expect(await ui.page.locator('#page [role=alert]').filter({ hasText: /./ }).count(), path).toBe(0);
      expect(await ui.page.getByRole('button', { name: changing }).count(), path).toBe(0);
    }
  });

  it('can be used with the keyboard alone, from sign-in to unlock', async () => {
    await ui.page.goto(ui.dashboard.url);
    await ui.page.getByLabel('Name').waitFor();
    await ui.page.keyboard.type('ada');
    await ui.page.keyboard.press('Tab');
    await ui.page.keyboard.type(password);
    await ui.page.keyboard.press('Enter');
    await ui.page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
    await ui.tabTo('Lockouts', 'Shift+Tab');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByRole('heading', { name: 'Lockouts' }).waitFor();
    await ui.settled();
    await ui.tabTo(`Unlock user ${lockedUser().userId}`);
    await ui.page.keyboard.press('Enter');
    await ui.page.getByRole('dialog').waitFor();
    await ui.page.keyboard.type('by keyboard');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByText('The user is unlocked.').waitFor();
    await expect.poll(ui.focusedText).toBe('Lockouts');
    expect(bodiesOf('POST', '/v2/admin/users/')).toEqual([{ reason: 'by keyboard' }]);
  });

  it.each(['light', 'dark'] as const)(
    'gives axe nothing to complain about, %s',
    async (colorScheme) => {
      await ui.replacePage({ colorScheme });
      await ui.page.goto(ui.dashboard.url);
      await ui.page.getByLabel('Name').waitFor();
      await ui.checkAccessibility('sign-in');
      await ui.enterWords('ada', password);
      await ui.page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
      for (const path of allPaths()) {
        await ui.go(path);
        await ui.checkAccessibility(path);
      }
      await ui.page.getByRole('button', { name: 'Add operator' }).click();
      await ui.checkAccessibility('a dialog');
    },
    60_000,
  );

  it('fits 320 pixels, with the navigation behind a button', async () => {
    await ui.replacePage({ width: 320 });
    await ui.signIn();
    for (const path of allPaths()) {
      await ui.go(path);
      expect(await ui.page.evaluate(() => document.documentElement.scrollWidth), path).toBe(320);
    }
    expect(await ui.page.getByRole('link', { name: 'Health' }).isVisible()).toBe(false);
    await ui.page.getByRole('button', { name: 'Menu' }).click();
    await ui.page.getByRole('link', { name: 'Health' }).click();
    await ui.page.getByRole('heading', { name: 'Health' }).waitFor();
  });
});
