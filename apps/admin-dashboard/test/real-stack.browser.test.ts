import { createHash, createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { backendServices, enrollSyntheticDevice, startTestStack, type TestStack } from '@openrecognize/e2e';
import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDashboardPage } from './dashboard-browser.ts';
import { startFailingReceiver } from './failing-receiver.ts';

if (!hasChromium)
  console.warn(`skipped: the dashboard before the real services (${chromiumPath} is missing)`);

const operatorName = 'admin';

describe.skipIf(!hasChromium)('the dashboard before the real services', () => {
  let stack: TestStack;
  let receiver: Awaited<ReturnType<typeof startFailingReceiver>>;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    receiver = await startFailingReceiver();
    stack = await startTestStack({
      services: [...backendServices, 'admin-dashboard'],
      overrides: {
        'operations-service': {
          WEBHOOK_POLL_INTERVAL_MS: '50',
          WEBHOOK_RETRY_BASE_MS: '50',
          WEBHOOK_MAX_ATTEMPTS: '2',
          API_KEY_CACHE_SECONDS: '0',
        },
        'core-daemon': { API_KEY_CACHE_SECONDS: '0', PURGE_INTERVAL_SECONDS: '1' },
      },
    });
    await untilTheFirstOperatorExists();
  });
  afterAll(async () => {
    await Promise.all(closers.map((close) => close()));
    receiver?.close();
    await stack?.dispose();
  });

  const untilTheFirstOperatorExists = async () => {
    const signInStatus = async () => {
      const answer = await fetch(`${stack.urlOf('operations-service')}/v2/admin/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: operatorName, password: stack.secrets.operatorPassword }),
      });
      return answer.status;
    };
    // More tries would reach the limit of the account.
    for (let tries = 0; tries < 8 && (await signInStatus()) !== 201; tries++) await delay(1_000);
  };

  const ui = useDashboardPage(async () => ({
    url: stack.urlOf('admin-dashboard'),
    close: async () => {},
  }));
  const signIn = () => ui.signIn(operatorName, stack.secrets.operatorPassword);
  const press = (name: string | RegExp, exact = true) => ui.page.getByRole('button', { name, exact }).click();
  const inDialog = (name: string) =>
    ui.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  const said = (text: string) => ui.page.locator('#notice').getByText(text).waitFor();
  const enroll = async (mobileApiKey = stack.tenant.mobileApiKey) => {
    const device = await enrollSyntheticDevice(stack.tenant.coreDaemonUrl, mobileApiKey, { circuitCount: 6 });
    closers.push(() => device.close());
    return device;
  };
  const codeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'none',
      (error: { code: string }) => error.code,
    );
  const auditActions = async () => {
    await ui.go('audit');
    return ui.page.locator('#page').textContent();
  };

  it('adds a webhook, finds its dead event and sends it again, signed with the secret it showed', async () => {
    await signIn();
    await ui.go('webhooks');
    await press('Add webhook');
    await ui.page.getByLabel('Address').fill(receiver.url);
    for (const event of ['A user enrolled', 'A user was deleted', 'A device was deleted']) {
      await ui.page.getByRole('checkbox', { name: event }).check();
    }
    await inDialog('Add');
    const secret = await ui.page.getByLabel('Copy it now').inputValue();
    await inDialog('I have stored it');
    await said('The webhook is added.');

    const { userId } = await enroll();
    await expect.poll(() => receiver.received.length).toBe(2);
    await ui.page.getByLabel('State').selectOption('dead');
    await ui.page.getByRole('link', { name: 'user.enrolled' }).click();
    await ui.page.getByText('HTTP 500').first().waitFor();

    receiver.work();
    await ui.go('webhooks');
    await press(`Replay dead events: ${receiver.url}`);
    await said('1 event will be sent once more.');
    await expect.poll(() => receiver.received.length).toBe(3);
    const { signature, body } = receiver.received[2]!;
    expect(JSON.parse(body)).toMatchObject({ type: 'user.enrolled', data: { userId } });
    expect(body).toBe(receiver.received[0]!.body);
    const seconds = /^t=(\d+),/.exec(signature)![1];
    const expected = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    expect(signature).toBe(`t=${seconds},v1=${expected}`);
    const delivered = async () => {
      await ui.go('users');
      await ui.go('webhooks?state=delivered');
      return ui.page.getByRole('table', { name: 'Deliveries' }).getByText('Delivered').count();
    };
    await expect.poll(delivered, { timeout: 5_000 }).toBe(1);
  });

  it('adds an operator who sees everything and changes nothing, whatever is sent', async () => {
    await signIn();
    await ui.go('operators');
    await press('Add operator');
    await ui.page.getByLabel('Name').fill('vera');
    await ui.page.getByLabel('Password').fill('a password for vera');
    await ui.page.getByRole('radio', { name: /^Viewer/ }).check();
    await inDialog('Add');
    await said('The operator is added.');
    await press('Sign out');
    await ui.signIn('vera', 'a password for vera');
    await ui.go('settings');
    expect(await ui.page.getByRole('button', { name: 'Save changes' }).count()).toBe(0);
    const refused = await ui.page.evaluate(async () => {
      const answer = await fetch('api/admin/settings', {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'x-openrecognize-dashboard': '1' },
        body: JSON.stringify({ version: 1, changes: { lockoutFailures: 100 } }),
      });
      return [answer.status, (await answer.json()).error.code];
    });
    expect(refused).toEqual([403, 'FORBIDDEN']);
  });

  it('rotates an API key: the new one works, the old one no longer', async () => {
    await signIn();
    await ui.go('api-keys');
    const create = async () => {
      await press('Create key');
      await ui.page.getByRole('radio', { name: /^Mobile/ }).check();
      await inDialog('Create');
      const key = await ui.page.getByLabel('Copy it now').inputValue();
      await inDialog('I have stored it');
      const id = createHash('sha256').update(key).digest('hex').slice(0, 16);
      await said(`key ${id} is created.`);
      return { key, id };
    };
    const old = await create();
    await enroll(old.key);
    const fresh = await create();
    await press(`Revoke key ${old.id}`);
    await ui.page.getByLabel('Type the last 4').fill(old.id.slice(-4));
    await inDialog('Revoke');
    await said('The key is revoked.');
    expect(await codeOf(enroll(old.key))).toBe('API_KEY_INVALID');
    expect(await codeOf(enroll(fresh.key))).toBe('none');
  });

  it('changes the lockout, which then acts, and unlocks whom it met', async () => {
    await signIn();
    await ui.go('settings');
    await ui.page.getByLabel('Failures before a lockout').fill('2');
    await press('Save changes');
    await said('1 setting changed.');
    const device = await enroll();
    const fail = () => codeOf(device.authenticate(1_000, false));
    expect([await fail(), await fail(), await fail()]).toEqual([
      'FAILED_TO_AUTHENTICATE_USER',
      'FAILED_TO_AUTHENTICATE_USER',
      'LOCKED_OUT',
    ]);
    await ui.go('lockouts');
    await press(`Unlock user ${device.userId}`);
    await ui.page.getByLabel('Reason').fill('the test asked for it');
    await inDialog('Unlock');
    await said('The user is unlocked.');
    expect(await codeOf(device.authenticate(300, false))).toBe('none');
    await ui.go(`users/${device.userId}`);
    const history = ui.page.getByRole('table', { name: 'Recent authentications' });
    expect(await history.locator('tbody tr').count()).toBe(3);
    expect(await auditActions()).toMatch(/user\.unlock[\s\S]*settings\.update/);
  });

  it('deletes a device and then the user, who can do nothing any more, and says so in the trail', async () => {
    await signIn();
    const device = await enroll();
    await ui.go(`users/${device.userId}`);
    const confirm = async (id: string, button: string) => {
      await ui.page.getByLabel('Type the last 4').fill(id.slice(-4));
      await inDialog(button);
    };
    await press(`Delete device ${device.deviceId}`);
    await confirm(device.deviceId, 'Delete device');
    await said('The device is deleted.');
    expect(await codeOf(device.authenticate(300, false))).toBe('DEVICE_NOT_FOUND');
    await ui.page.getByText('No devices').waitFor();
    await press('Delete user');
    await confirm(device.userId, 'Delete user');
    await said('The user is deleted.');
    expect(await codeOf(device.authenticate(300, false))).toMatch(/^(USER|DEVICE)_NOT_FOUND$/);
    await ui.go(`users/${device.userId}`);
    await ui.page.getByText('USER_NOT_FOUND').first().waitFor();
    const told = () =>
      receiver.received
        .map(({ body }) => JSON.parse(body))
        .filter(({ type, data }) => type.endsWith('.deleted') && data.userId === device.userId)
        .map(({ type }) => type);
    await expect.poll(told).toEqual(expect.arrayContaining(['device.deleted', 'user.deleted']));
    expect(await auditActions()).toMatch(/user\.delete[\s\S]*device\.delete/);
  });

  it('shows that the services are ready, and when one is gone', async () => {
    await signIn();
    await ui.go('health');
    const rows = await ui.page.locator('tbody tr').allTextContents();
    for (const name of backendServices)
      expect(
        rows.find((row) => row.includes(name)),
        name,
      ).toContain('Ready');
    await stack.service('circuit-storage').stop();
    await press('Check again');
    await ui.page.getByText(/\d services? not ready/).waitFor();
    await ui.page.getByRole('row', { name: /^circuit-storage No answer/ }).waitFor();
    await ui.page.getByRole('row', { name: /^core-daemon Not ready Fails: circuit-storage/ }).waitFor();
    await stack.startAgain('circuit-storage');
    const isAllReady = async () => {
      await press('Check again');
      await ui.settled();
      return ui.page.getByText('Everything is ready').count();
    };
    await expect.poll(isAllReady, { timeout: 15_000, interval: 500 }).toBe(1);
  });

  // Last, and behind the first tenant in the order of names: the other tests are about that one.
  it('creates a tenant whose keys work at once, and shows it alone', async () => {
    await signIn();
    await ui.go('tenants');
    await press('Create tenant');
    await ui.page.getByLabel('Customer name').fill('zenith');
    await inDialog('Create');
    const mobile = await ui.page.getByLabel('Mobile key', { exact: true }).inputValue();
    await inDialog('I have stored them');
    await said('Tenant zenith is created.');
    const { userId } = await enroll(mobile);
    await ui.go('users');
    await ui.page.getByTitle(userId).waitFor();
    expect(await ui.page.locator('tbody tr').count()).toBe(1);
    await ui.go('api-keys');
    expect(await ui.page.locator('tbody tr').count()).toBe(3);
    await ui.go('audit?scope=installation');
    await ui.page.getByRole('row', { name: /tenant\.create zenith/ }).waitFor();
  });
});
