import { RecognizeError } from '@openrecognize/contracts';
import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import { describe, expect, it } from 'vitest';
import { startDashboard } from './dashboard.ts';
import { useDashboardPage } from './dashboard-browser.ts';

if (!hasChromium) console.warn(`skipped: tenants on the dashboard (${chromiumPath} is missing)`);

describe.skipIf(!hasChromium)('tenants on the dashboard', () => {
  const ui = useDashboardPage(() => startDashboard());
  const operations = () => ui.dashboard.operations;
  const customers = () => operations().records.customers;
  const created = () =>
    operations()
      .calls.filter(({ method, url }) => method === 'POST' && url === '/v2/admin/tenants')
      .map(({ body }) => body);
  const tenantPaths = [
    'users',
    'lockouts',
    'authentications',
    'operations',
    'settings',
    'api-keys',
    'webhooks',
  ];
  const key = (kind: string) => `or_${kind}_${kind[0]!.repeat(43)}`;

  it('an installation without one says so on each page, without asking, and leads to the first one by keyboard', async () => {
    customers().splice(0);
    await ui.signIn();
    expect(await ui.page.locator('#account').textContent()).toContain('No tenant yet');
    for (const path of tenantPaths) {
      await ui.go(path);
      await ui.page.locator('#page').getByText('No tenant yet').waitFor();
    }
    expect(operations().calls.map(({ url }) => url)).not.toContain('/v2/admin/settings');
    for (const path of ['health', 'audit', 'operators']) {
      await ui.go(path);
      expect(await ui.page.locator('#page').getByText('No tenant yet').count(), path).toBe(0);
      expect(await ui.page.locator('#page [role=alert]').filter({ hasText: /./ }).count(), path).toBe(0);
    }
    await ui.go('users');
    await ui.checkAccessibility('a page without a tenant');
    await ui.tabTo('Create the first tenant');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor();
    await ui.settled();
    await ui.tabTo('Create tenant');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByRole('dialog').waitFor();
    await ui.page.keyboard.type('acme');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByLabel('Mobile key', { exact: true }).waitFor();
    await ui.checkAccessibility('the keys of a tenant');
    for (const kind of ['Download', 'Mobile', 'Secret']) {
      expect(await ui.page.getByLabel(`${kind} key`, { exact: true }).inputValue()).toBe(
        key(kind.toLowerCase()),
      );
    }
    await ui.page.keyboard.press('Escape');
    expect(await ui.page.getByLabel('Secret key', { exact: true }).isVisible()).toBe(true);
    await ui.tabTo('Copy the secret key');
    await ui.tabTo('I have stored them');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByText('Tenant acme is created.').waitFor();
    await expect.poll(ui.focusedText).toBe('Tenants');
    expect(created()).toEqual([{ customer: 'acme' }]);
    expect(await ui.page.content()).not.toContain('mmmmmmmm');
    expect(await ui.page.locator('#account').textContent()).toContain('Tenant acme');
    await ui.go('settings');
    await ui.page.getByLabel('Failures before a lockout').waitFor();
    expect(operations().calls.at(-1)!.headers['x-tenant']).toBe('acme');
  });

  it('a name of another form, one that is taken and a fault leave the dialog open and tell which', async () => {
    await ui.signIn();
    await ui.go('tenants');
    await ui.page.getByRole('row', { name: /^demo/ }).getByText('Shown now').waitFor();
    await ui.page.getByRole('button', { name: 'Create tenant' }).click();
    const name = ui.page.getByLabel('Customer name');
    const submit = async (text: string) => {
      await name.fill(text);
      await ui.page.keyboard.press('Enter');
    };
    await submit('-acme');
    await ui.page.getByText('begins with a letter or a digit').waitFor();
    expect(created()).toEqual([]);
    await submit('demo');
    await ui.page.getByText('There is a tenant of this name.').waitFor();
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    const path = 'POST /v2/admin/tenants';
    operations().failures.set(path, new RecognizeError('SERVICE_UNAVAILABLE'));
    await submit('acme');
    await ui.page.getByRole('dialog').getByRole('alert').filter({ hasText: /./ }).waitFor();
    operations().failures.delete(path);
    await submit('acme');
    await ui.page.getByRole('button', { name: 'I have stored them' }).click();
    await ui.page.getByRole('row', { name: /^acme/ }).getByText('Shown now').waitFor();
    const choice = ui.page.locator('#account select');
    expect(await choice.inputValue()).toBe('acme');
    expect(await choice.locator('option').allTextContents()).toEqual(['demo', 'acme']);
  });

  it('an operator of one tenant sees no page for it, and where there is none a viewer is told who makes one', async () => {
    const bound = operations().records.operators.find(({ name }) => name === 'ada')!;
    bound.customer = 'demo';
    await ui.signIn();
    expect(await ui.page.getByRole('link', { name: 'Tenants' }).count()).toBe(0);
    await ui.go('tenants');
    expect(await ui.page.getByRole('button', { name: 'Create tenant' }).count()).toBe(0);
    customers().splice(0);
    await ui.replacePage({});
    await ui.signIn('vera');
    await ui.page.getByText('An admin of the installation creates one.').waitFor();
    expect(await ui.page.getByRole('link', { name: 'Create the first tenant' }).count()).toBe(0);
  });

  it('its keys fit 320 pixels', async () => {
    await ui.replacePage({ width: 320 });
    await ui.signIn();
    await ui.go('tenants');
    await ui.page.getByRole('button', { name: 'Create tenant' }).click();
    await ui.page.getByLabel('Customer name').fill('acme');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByLabel('Mobile key', { exact: true }).waitFor();
    expect(await ui.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    const dialog = await ui.page.getByRole('dialog').boundingBox();
    expect(dialog!.x).toBeGreaterThanOrEqual(0);
    expect(dialog!.x + dialog!.width).toBeLessThanOrEqual(320);
    await ui.page.getByRole('button', { name: 'I have stored them' }).click();
    await ui.page.getByText('Tenant acme is created.').waitFor();
  });
});
