import type { AddressInfo } from 'node:net';
import { createService, type Service } from '@openrecognize/service-kit';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FilmBrowser, startFilmBrowser } from '../../../e2e/test/browser/film-browser.ts';
import { mountDemo } from '../src/server.ts';
import { bankPageOf } from './bank-page.ts';
import { chromiumPath, hasChromium } from './chromium.ts';
import { createFakeBank, type FakeBank } from './fake-bank.ts';
import { createFakeDevices } from './fake-devices.ts';

if (!hasChromium) console.warn(`skipped: the forms of the bank (${chromiumPath} is missing)`);

describe.skipIf(!hasChromium)('the forms of the bank, without a camera', () => {
  let browser: FilmBrowser;
  let service: Service;
  let fake: FakeBank;
  let page: Page;
  beforeAll(async () => {
    browser = await startFilmBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    fake = await createFakeBank();
    service = await createService({ name: 'demo', logging: { level: 'silent' } });
    mountDemo(service.app, {
      bankPage: fake.bankPage,
      devices: createFakeDevices().devices,
      operations: { verifyJwt: async () => true, deleteUser: async () => true },
      maxPeople: 2,
      maxConcurrency: 2,
      now: () => performance.now(),
    });
    await service.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = service.app.server.address() as AddressInfo;
    page = await browser.open(`http://127.0.0.1:${port}/`);
    await page.locator('#welcome').waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    await service.close(0);
  });

  const problem = () => page.locator('#enter-problem:not(:empty)').textContent();
  const focused = () => page.evaluate(() => document.activeElement?.id);

  it('says what is missing and puts the focus there', async () => {
    await page.locator('#enter-button').click();
    expect(await problem()).toContain('letters, digits and hyphens');
    expect(await focused()).toBe('username');
  });

  it('tells what the bank refuses', async () => {
    await bankPageOf(page).enter('sign-in', 'nobody');
    expect(await problem()).toBe('There is no account of this name.');
    expect(await page.locator('#face').isVisible()).toBe(false);
  });

  it('is used by keyboard alone, and goes back with the focus where it began', async () => {
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Tab');
      seen.push(
        await page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.id),
      );
    }
    expect(seen).toEqual(['', 'way', 'username', 'enter-button']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ada');
    await page.keyboard.press('Enter');
    await page.locator('kl-enroll').waitFor();
    expect(await focused()).toBe('face-title');
    await page.locator('#face-cancel').press('Enter');
    await page.locator('#welcome').waitFor();
    expect(await focused()).toBe('welcome-title');
    expect(await page.locator('kl-enroll').count()).toBe(0);
  });

  it('says that the bank, or its face service, does not answer', async () => {
    fake.isDown = true;
    await bankPageOf(page).enter('sign-in', 'ada');
    await problem();
    await page.locator('input[name=way][value=sign-up]').check({ force: true });
    await page.locator('#enter-button').click();
    await expect.poll(problem).toContain('face service does not answer');
    await service.close(0);
    await page.locator('#enter-button').click();
    await expect.poll(problem).toContain('The bank does not answer');
  });
});
