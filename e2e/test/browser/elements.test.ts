import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFilm } from './film-browser.ts';
import { filmPortraits, inTheMiddle } from './scenes.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';

if (browserObstacle) console.warn(`skipped: elements in Chromium (${browserObstacle})`);

const patienceMs = 240_000;

interface Heard {
  readonly name: string;
  readonly message: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}
interface ElementWindow {
  readonly heard: Heard[];
  readonly element: HTMLElement;
}

const heardIn = (page: Page): Promise<Heard[]> =>
  page.evaluate(() => (globalThis as unknown as ElementWindow).heard);

/** Waits for an event of the element; the timeout tells which ones came instead. */
const untilHeard = async (page: Page, name: string): Promise<Heard> => {
  await page
    .waitForFunction(
      (wanted) => (globalThis as unknown as ElementWindow).heard.some((event) => event.name === wanted),
      name,
      { timeout: patienceMs / 2 },
    )
    .catch(async () => {
      throw new Error(`${name} did not come: ${JSON.stringify((await heardIn(page)).slice(-3))}`);
    });
  return (await heardIn(page)).findLast((event) => event.name === name) as Heard;
};

const stepsOf = (heard: readonly Heard[]): unknown[] =>
  heard.filter(({ name }) => name === 'step-change').map(({ detail }) => detail?.['step']);

describe.skipIf(browserObstacle !== null)('the elements before a camera, with the real services', () => {
  let web: WebStack;
  beforeAll(async () => {
    web = await startWebStack({ WEB_MAX_FRAMES: '14' });
  }, patienceMs);
  afterAll(() => web?.dispose());

  const attributes = (username: string, more: Readonly<Record<string, string>> = {}) => ({
    customer: web.address.customer.name,
    username,
    'ws-url': web.address.ws.url,
    key: web.address.key.value,
    'key-id': web.address.key.id,
    'ws-timeout': '60000',
    lang: 'en',
    theme: 'light',
    ...more,
  });
  const portrait = () => filmPortraits({ faces: [{ face: 'blonde', at: inTheMiddle }] });

  it('enroll by kl-enroll, then give a signed JWT by kl-auth, through the documented steps', {
    timeout: patienceMs,
  }, async () => {
    await withFilm(await portrait(), async (browser) => {
      const enroll = await browser.open(web.pages.elementUrl('kl-enroll', attributes('eve')));
      const enrolled = await untilHeard(enroll, 'finished');
      expect(stepsOf(await heardIn(enroll))).toEqual([
        'bootstrap',
        'camera-stream-boot',
        'camera-biometric',
        'server-computation',
        'done',
      ]);
      await enroll.context().close();
      const withData = attributes('eve', { 'transaction-data': 'sign in as eve' });
      const auth = await browser.open(web.pages.elementUrl('kl-auth', withData));
      const { detail } = await untilHeard(auth, 'finished');
      const userId = String(enrolled.detail?.['keylessId']);
      const { externalUserId } = await web.verify(String(detail?.['jwt']), userId, 'sign in as eve');
      expect(externalUserId).toBe('eve');
      expect(detail).toMatchObject({ source: 'session', JWT: detail?.['jwt'] });
    });
  });

  it('says what to do when the face is too far away', { timeout: patienceMs }, async () => {
    const far = await filmPortraits({ faces: [{ face: 'laughing', at: { x: 0.5, y: 0.5, height: 0.21 } }] });
    await withFilm(far, async (browser) => {
      const page = await browser.open(web.pages.elementUrl('kl-enroll', attributes('far')));
      // The first pictures may come before the camera has focused on anything.
      await page.waitForFunction(() =>
        /closer/i.test(
          (globalThis as unknown as ElementWindow).element.shadowRoot?.querySelector('.camera-tip.advice')
            ?.textContent ?? '',
        ),
      );
      await page.waitForFunction(() =>
        (globalThis as unknown as ElementWindow).heard.some(
          ({ name, detail }) =>
            name === 'video-frame-quality' &&
            ((detail?.['filters'] ?? []) as readonly { name: string; triggered: boolean }[]).some(
              (filter) => filter.name === 'FaceTooSmall' && filter.triggered,
            ),
        ),
      );
    });
  });

  it('tell the error of a person who is not enrolled', { timeout: patienceMs }, async () => {
    await withFilm(await portrait(), async (browser) => {
      const page = await browser.open(web.pages.elementUrl('kl-auth', attributes('nobody')));
      await page.waitForFunction(() =>
        (globalThis as unknown as ElementWindow).heard.some(
          ({ name, detail }) => name === 'step-change' && detail?.['step'] === 'error',
        ),
      );
      expect((await heardIn(page)).map(({ message, detail }) => message ?? detail?.['code'])).toContain(
        'SERVER_USER_NOT_FOUND',
      );
    });
  });

  it('hand over to a phone by the link of the code: the phone is looked at, the computer gets the JWT', {
    timeout: 2 * patienceMs,
  }, async () => {
    await withFilm(await portrait(), async (phoneBrowser) => {
      const enroll = await phoneBrowser.open(web.pages.elementUrl('kl-enroll', attributes('liv')));
      const enrolled = await untilHeard(enroll, 'finished');
      await enroll.context().close();
      await withFilm(undefined, async (computerBrowser) => {
        const withData = attributes('liv', { 'transaction-data': 'from the computer' });
        const computer = await computerBrowser.open(web.pages.elementUrl('kl-auth', withData), {
          permissions: ['camera', 'clipboard-read', 'clipboard-write'],
        });
        await computer.locator('.buttons-stm-choice .button').first().click();
        await computer.locator('.button.tonal').click();
        const link = await computer.evaluate(() => navigator.clipboard.readText());
        expect(new URL(link).hash).toMatch(/^#kl-transfer=.{43}$/);

        const phone = await phoneBrowser.open(link, {
          viewport: { width: 390, height: 844 },
          hasTouch: true,
          isMobile: true,
        });
        const onPhone = await untilHeard(phone, 'finished');
        expect(onPhone.detail).toMatchObject({ source: 'transfer' });
        expect(onPhone.detail?.['jwt'] ?? null).toBeNull();
        const onComputer = await untilHeard(computer, 'finished');
        const userId = String(enrolled.detail?.['keylessId']);
        await web.verify(String(onComputer.detail?.['jwt']), userId, 'from the computer');
        // A second phone gets nothing by the same link.
        const late = await phoneBrowser.open(link);
        await late.waitForFunction(() =>
          (globalThis as unknown as ElementWindow).heard.some(
            ({ name, detail }) => name === 'step-change' && detail?.['step'] === 'error',
          ),
        );
        expect((await heardIn(late)).some(({ name }) => name === 'finished')).toBe(false);
      });
    });
  });
});
