import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import { describe, expect, it } from 'vitest';
import { startDashboard } from './dashboard.ts';
import { useDashboardPage } from './dashboard-browser.ts';

if (!hasChromium) console.warn(`skipped: journeys through the dashboard (${chromiumPath} is missing)`);

describe.skipIf(!hasChromium)('journeys through the dashboard', () => {
  const ui = useDashboardPage(() => startDashboard());
  const records = () => ui.dashboard.operations.records;
  const press = (name: string) => ui.page.getByRole('button', { name, exact: true }).click();
  const inDialog = (name: string) =>
    ui.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  const said = (text: string) => ui.page.locator('#notice').getByText(text).waitFor();
  const bodiesOf = (method: string, path: string) =>
    ui.dashboard.operations.calls
      .filter((call) => call.method === method && call.url.startsWith(path))
      .map(({ body }) => body);

  it('deletes a device and then the user with the keyboard alone, each by the end of its id', async () => {
    await ui.signIn();
    const { userId } = records().users[0]!;
    const { deviceId } = records().devices[0]!;
    await ui.go(`users/${userId}`);
    await ui.tabTo(`Delete device ${deviceId}`);
    await ui.page.keyboard.press('Enter');
    await ui.page.keyboard.type('0000');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByText('These are not the last 4').waitFor();
    expect(records().devices).toHaveLength(3);
    await ui.page.keyboard.press('Control+A');
    await ui.page.keyboard.type(deviceId.slice(-4));
    await ui.page.keyboard.press('Enter');
    await said('The device is deleted.');
    expect(records().devices).toHaveLength(2);
    await expect.poll(ui.focusedText).toBe('User');
    await ui.tabTo('Delete user');
    await ui.page.keyboard.press('Enter');
    await ui.page.keyboard.type(userId.slice(-4));
    await ui.page.keyboard.press('Enter');
    await said('The user is deleted.');
    expect(records().users.map((user) => user.userId)).not.toContain(userId);
    await expect.poll(ui.focusedText).toBe('Users');
  });

  it('leaves a user alone when the dialog is left', async () => {
    await ui.signIn();
    const { userId } = records().users[0]!;
    await ui.go(`users/${userId}`);
    await press('Delete user');
    await ui.page.keyboard.press('Escape');
    await expect.poll(ui.focusedText).toBe('Delete user');
    expect(bodiesOf('DELETE', '/v2/admin/users/')).toEqual([]);
  });

  it('warns that a device is the last one', async () => {
    records().devices.splice(1);
    await ui.signIn();
    await ui.go(`users/${records().users[0]!.userId}`);
    await press(`Delete device ${records().devices[0]!.deviceId}`);
    await ui.page.getByRole('dialog').getByText('It is the last device').waitFor();
  });

  it('says that a user is gone when somebody else was faster', async () => {
    await ui.signIn();
    const { userId } = records().users[1]!;
    await ui.go(`users/${userId}`);
    records().users.splice(1, 1);
    await press('Delete user');
    await ui.page.getByLabel('Type the last 4').fill(userId.slice(-4));
    await inDialog('Delete user');
    await ui.page.getByRole('dialog').getByRole('alert').filter({ hasText: /user/i }).waitFor();
  });

  it('takes a webhook through its life: refused addresses, a pause, other events, a new secret, its end', async () => {
    records().webhooks.splice(0);
    await ui.signIn();
    await ui.go('webhooks');
    await ui.page.getByText('No webhooks').waitFor();
    await press('Add webhook');
    const address = ui.page.getByLabel('Address');
    for (const [text, problem] of [
      ['hooks.example.com', 'An address begins with https://.'],
      ['http://hooks.example.com/', 'Use https; http is for addresses of this machine alone.'],
      ['https://me@hooks.example.com/', 'Leave out user names'],
    ] as const) {
      await address.fill(text);
      await inDialog('Add');
      await ui.page.getByText(problem).waitFor();
    }
    const url = 'https://hooks.example.com/new';
    await address.fill(url);
    await inDialog('Add');
    await ui.page.getByText('Please choose at least one.').waitFor();
    expect(bodiesOf('POST', '/v2/admin/webhooks')).toEqual([]);
    await ui.page.getByRole('checkbox').first().check();
    await inDialog('Add');
    expect(await ui.page.getByLabel('Copy it now').inputValue()).toMatch(/^whsec_/);
    await inDialog('I have stored it');
    await said('The webhook is added.');
    const [made] = records().webhooks;
    await press(`Pause: ${url}`);
    await said('The webhook is paused');
    expect(made!.enabled).toBe(false);
    await press(`Resume: ${url}`);
    await said('The webhook is on.');
    await press(`Change: ${url}`);
    await ui.page.getByRole('checkbox').last().check();
    await inDialog('Save');
    await said('The webhook is changed.');
    expect(made!.eventTypes).toHaveLength(2);
    await press(`New secret: ${url}`);
    await inDialog('Make a new secret');
    await inDialog('I have stored it');
    await said('The webhook has a new secret.');
    await press(`Delete: ${url}`);
    await ui.page.getByLabel('Type the last 4').fill(made!.webhookId.slice(-4));
    await inDialog('Delete');
    await said('The webhook is deleted.');
    await ui.page.getByText('No webhooks').waitFor();
  });

  it('takes an operator through its life: weak words refused, another role, disabled, enabled', async () => {
    await ui.signIn();
    await ui.go('operators');
    await press('Add operator');
    await ui.page.getByLabel('Name').fill('Zoe');
    await ui.page.getByLabel('Password').fill('short');
    await inDialog('Add');
    await ui.page.getByText('The name begins with a small letter').waitFor();
    await ui.page.getByLabel('Name').fill('zoe');
    await inDialog('Add');
    await ui.page.getByText('At least 12 characters, please.').waitFor();
    await ui.page.getByLabel('Password').fill('long enough for zoe');
    await inDialog('Add');
    await said('The operator is added.');
    const zoe = () => records().operators.find(({ name }) => name === 'zoe')!;
    expect(zoe().role).toBe('viewer');
    await press('Change operator zoe');
    await ui.page.getByRole('radio', { name: /^Admin/ }).check();
    await inDialog('Save');
    await said('Operator zoe is changed.');
    expect(bodiesOf('PATCH', '/v2/admin/operators')).toEqual([{ role: 'admin' }]);
    await press('Disable operator zoe');
    await ui.page.getByLabel('Type the last 4').fill(zoe().operatorId.slice(-4));
    await inDialog('Disable');
    await said('Operator zoe is disabled.');
    await press('Enable operator zoe');
    await said('Operator zoe may sign in again.');
    expect(zoe().disabled).toBe(false);
    expect(await ui.page.getByRole('button', { name: 'Disable operator ada' }).count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'gives axe nothing to complain about in a dialog, %s',
    async (colorScheme) => {
      await ui.replacePage({ colorScheme });
      await ui.signIn();
      const { userId } = records().users[0]!;
      const check = async (path: string, opener: string) => {
        await ui.go(path);
        await press(opener);
        await ui.page.getByRole('dialog').waitFor();
        await ui.checkAccessibility(opener);
        await ui.page.keyboard.press('Escape');
      };
      await check(`users/${userId}`, 'Unlock');
      await check(`users/${userId}`, 'Delete user');
      await check(`users/${userId}`, `Delete device ${records().devices[0]!.deviceId}`);
      await check('webhooks', 'Add webhook');
      await check('operators', 'Change operator vera');
      await check('api-keys', 'Create key');
      await ui.go('api-keys');
      await press('Create key');
      await inDialog('Create');
      await ui.page.getByLabel('Copy it now').waitFor();
      await ui.checkAccessibility('a secret');
    },
    60_000,
  );
});
