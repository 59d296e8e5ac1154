import { FLASH_COLOURS } from '@openrecognize/biometrics';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAttempt } from './attempt-in-page.ts';
import { withFilm } from './film-browser.ts';
import { portraitOf } from './live-client.ts';
import { filmPortraits, inTheMiddle } from './scenes.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';

if (browserObstacle) console.warn(`skipped: elements in Chromium (${browserObstacle})`);

const patienceMs = 240_000;

interface Heard {
  readonly name: string;
  readonly message: string | null;
  /** Background of the element, as CSS. */
  readonly colour: string;
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
    // A face needs some frames more to answer the colours of the screen.
    web = await startWebStack({ WEB_MAX_FRAMES: '30' });
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

  it('enroll and authenticate with several threads on a page that is isolated', {
    timeout: patienceMs,
  }, async () => {
    await withFilm(await portrait(), async (browser) => {
      const threads = { 'enable-wasm-pthreads': '' };
      const enroll = await browser.open(web.pages.elementUrl('kl-enroll', attributes('ted', threads)));
      const enrolled = await untilHeard(enroll, 'finished');
      await enroll.context().close();
      const withData = attributes('ted', { ...threads, 'transaction-data': 'in threads' });
      const auth = await browser.open('about:blank');
      const scripts: string[] = [];
      auth.on('worker', (worker) => scripts.push(new URL(worker.url()).pathname));
      await auth.goto(web.pages.elementUrl('kl-auth', withData));
      const { detail } = await untilHeard(auth, 'finished');
      expect(await auth.evaluate(() => crossOriginIsolated)).toBe(true);
      expect(scripts.length).toBeGreaterThan(1);
      expect(new Set(scripts)).toEqual(new Set(['/components/pthreads/wasm.js']));
      await web.verify(String(detail?.['jwt']), String(enrolled.detail?.['keylessId']), 'in threads');
    });
  });

  it('light the whole screen in the colours that the service draws', { timeout: patienceMs }, async () => {
    await withFilm(await portrait(), async (browser) => {
      const flash = attributes('lux', { 'enable-camera-flash': '' });
      const page = await browser.open(web.pages.elementUrl('kl-enroll', flash));
      // Told at each verdict of a frame, when the screen still has the colour of that frame.
      const shown = await page.waitForFunction(() => {
        const { heard } = globalThis as unknown as ElementWindow;
        const results = (heard ?? []).filter(({ name }) => name === 'frame-results');
        const colours = [...new Set(results.map(({ colour }) => colour))];
        return colours.length < 3 ? null : colours;
      });
      const listed = FLASH_COLOURS.map((colour) => {
        const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
        return `rgb(${channels.join(', ')})`;
      });
      expect(listed).toEqual(expect.arrayContaining((await shown.jsonValue()) ?? []));
    });
  });

  it('know a face that answers the colours of the page, and refuse the same pictures if it does not', {
    timeout: 2 * patienceMs,
  }, async () => {
    const toAddress = ({ bytes }: { readonly bytes: Uint8Array }) =>
      `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`;
    const pictures = (await portraitOf('laughing')).map(toAddress);
    const attempt = (flow: 'auth' | 'enroll', cameraFlash: boolean, isLitByPage: boolean) =>
      withFilm(undefined, async (browser) => {
        const page = await browser.open(web.pages.origin);
        const options = { ...web.address, username: 'iris', wsTimeout: 60_000, cameraFlash };
        return runAttempt(page, { flow, options, pictures, isLitByPage });
      });
    const enrolled = await attempt('enroll', false, false);
    expect(enrolled.outcome).toBe('finished');

    const answering = await attempt('auth', true, true);
    expect(answering.outcome).toBe('finished');
    expect(answering.verdict['keylessId']).toBe(enrolled.verdict['keylessId']);
    const flashes = answering.events.filter(({ name }) => name === 'flash').map(({ event }) => event);
    expect(flashes.map(({ step }) => step)).toEqual(flashes.map((_, index) => index));
    const results = answering.events.filter(({ name }) => name === 'frame-results');
    // The last frame is followed by the verdict, each other one by another colour.
    expect(flashes).toHaveLength(results.length);
    for (const [index, { colour }] of flashes.entries()) {
      expect(FLASH_COLOURS).toContain(colour);
      expect(colour).not.toBe(flashes[index - 1]?.['colour']);
    }

    const silent = await attempt('auth', true, false);
    expect(silent.outcome).toBe('SERVER_RECOGNITION_FAILED');
    expect(silent.verdict['jwt']).toBeUndefined();
    expect(silent.pageFilters).toEqual([]);
  });
});
