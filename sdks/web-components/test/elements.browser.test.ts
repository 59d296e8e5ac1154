import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startChromium } from './chromium.ts';
import { GalleryPage, type GalleryWindow } from './gallery-page.ts';
import { type StaticServer, serveFolder } from './static-server.ts';

const { buildGallery } = await import('../scripts/build-gallery.mjs');

if (!hasChromium) console.warn(`skipped: the elements in a browser (${chromiumPath} is missing)`);

describe.skipIf(!hasChromium)('the elements in a browser', () => {
  let browser: Browser;
  let server: StaticServer;
  let gallery: GalleryPage;

  beforeAll(async () => {
    server = await serveFolder(await buildGallery());
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    gallery = await GalleryPage.open(browser, server.url);
  });
  afterEach(async () => {
    expect(gallery.complaints).toEqual([]);
    await gallery.close();
  });

  /** Writes down type and detail of the events of the shown element from now on. */
  const hear = (...names: string[]) =>
    gallery.page.evaluate((types) => {
      const view = globalThis as unknown as GalleryWindow;
      view.heard = [];
      for (const type of types) {
        view.galleryElement.addEventListener(type, (event) => {
          const { detail, message } = event as CustomEvent & { message: unknown };
          const isError = event instanceof ErrorEvent;
          view.heard.push(isError ? [type, message, event.error?.message] : [type, detail]);
        });
      }
    }, names);
  const heard = () => gallery.page.evaluate(() => (globalThis as unknown as GalleryWindow).heard);
  const announced = () => gallery.page.locator('.announcer[aria-live]').textContent();

  it('keep the flow while they are moved, and end it when they are removed', async () => {
    await gallery.show('step=camera-biometric');
    await gallery.page.evaluate(() => {
      const { galleryElement } = globalThis as unknown as GalleryWindow;
      const other = document.createElement('section');
      document.body.append(other);
      other.append(galleryElement);
    });
    await gallery.page.waitForTimeout(50);
    expect(await gallery.step()).toBe('camera-biometric');
    expect(await gallery.calls()).toEqual(['prepare', 'open auth', 'camera default', 'connect']);
    expect(await gallery.page.locator('video').evaluate((video: HTMLVideoElement) => video.paused)).toBe(
      false,
    );

    await gallery.page.evaluate(() => (globalThis as unknown as GalleryWindow).galleryElement.remove());
    await expect.poll(() => gallery.calls()).toContain('dispose');
    expect(await gallery.calls()).toContain('unwatch');
  });

  it('begin anew when they come back after a removal', async () => {
    await gallery.show('step=camera-biometric');
    await gallery.page.evaluate(async () => {
      const { galleryElement } = globalThis as unknown as GalleryWindow;
      galleryElement.remove();
      await new Promise((resolve) => setTimeout(resolve, 20));
      document.body.append(galleryElement);
    });
    await expect.poll(() => gallery.step()).toBe('camera-biometric');
    expect((await gallery.calls()).filter((call) => call === 'connect')).toHaveLength(2);
  });

  it('report an error as an ErrorEvent whose message is the code, say it aloud, and start again on demand', async () => {
    await gallery.show('step=camera-biometric');
    await hear('error', 'recognition-failure', 'step-change');
    await gallery.page.evaluate(() =>
      (globalThis as unknown as GalleryWindow).galleryClient.tell({
        type: 'failed',
        code: 'SERVER_RECOGNITION_FAILED',
        filters: ['eyes_closed'],
      }),
    );
    await gallery.page.getByRole('heading', { name: 'That did not work' }).waitFor();
    expect(await heard()).toEqual([
      ['step-change', { step: 'error' }],
      ['error', 'SERVER_RECOGNITION_FAILED', 'SERVER_RECOGNITION_FAILED'],
      ['recognition-failure', expect.objectContaining({ code: 'SERVER_RECOGNITION_FAILED' })],
    ]);
    expect(await announced()).toBe('That did not work. Open your eyes');
    expect(await gallery.page.locator('.announcer[aria-live="assertive"]').count()).toBe(1);
    await gallery.page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => gallery.step()).toBe('camera-biometric');
  });

  it('offer no retry where it cannot help, and the phone where only the camera is at fault', async () => {
    await gallery.show('step=error&code=SERVER_USER_NOT_FOUND');
    expect(await gallery.page.getByRole('button').count()).toBe(0);
    await gallery.show('step=error&code=MEDIA_STREAM_NOT_READABLE');
    expect(await gallery.page.getByRole('button').allTextContents()).toEqual(
      expect.arrayContaining(['Try again', 'Use my phone instead']),
    );
  });

  it('count down while the person is locked out, and offer a retry once that is over', async () => {
    const { page } = gallery;
    await page.clock.install({ time: new Date(2030, 0, 14, 12) });
    await gallery.show('step=error&code=SERVER_USER_LOCKED_OUT&lang=de&lockout=77400');
    expect(await page.locator('.text').textContent()).toContain('nach 15.01.2030, 09:30 erneut');
    await gallery.show('step=error&code=SERVER_USER_LOCKED_OUT&lockout=900');
    expect(await page.getByRole('button').allTextContents()).toEqual(['Close']);
    expect(await page.getByRole('timer').textContent()).toMatch(/^1[45]:\d\d$/);
    await page.clock.fastForward(500_000);
    await page.getByText(/^[56]:\d\d$/).waitFor();
    expect(await page.getByRole('button').allTextContents()).toEqual(['Close']);
    await page.getByRole('button', { name: 'Close' }).focus();
    await page.clock.fastForward(500_000);
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await page.getByRole('timer').count()).toBe(0);
    expect(await announced()).toBe('You can try again now.');
    expect(await gallery.focus()).toContain('button-cancel');
    await page.getByRole('button', { name: 'Try again' }).click();
    const connections = async () => (await gallery.calls()).filter((call) => call === 'connect');
    await expect.poll(connections).toHaveLength(2);
  });

  it('close when the person does not want to wait for the end of a lockout', async () => {
    await gallery.show('step=error&code=SERVER_USER_LOCKED_OUT&lockout=900');
    await hear('close');
    await gallery.page.getByRole('button', { name: 'Close' }).click();
    expect(await heard()).toEqual([['close', null]]);
    expect(await gallery.page.getByRole('button').count()).toBe(0);
  });

  it('hand a success over with the JWT under all of its names, and cannot be cancelled before', async () => {
    await gallery.show('step=server-computation');
    await hear('finished', 'success');
    const refused = await gallery.page.evaluate(() => {
      const { galleryElement, galleryClient } = globalThis as unknown as GalleryWindow;
      const answer = galleryElement.cancel();
      const success = { jwt: 'J', seedEntropy: 'S', keylessId: 'K' };
      galleryClient.tell({ type: 'finished', success });
      return answer?.message;
    });
    expect(refused).toBe('NONCANCELABLE');
    const detail = {
      ...{ jwt: 'J', JWT: 'J', transactionJwt: 'J', transactionJWT: 'J' },
      ...{ seedEntropy: 'S', keylessId: 'K', source: 'session' },
    };
    await expect.poll(heard).toEqual([
      ['finished', detail],
      ['success', detail],
    ]);
    await expect.poll(announced).toBe('It is you. Your face was recognised.');
  });

  it('work by keyboard: the focus follows the steps', async () => {
    await gallery.show('step=camera-instructions');
    await gallery.page.keyboard.press('Tab');
    await gallery.page.evaluate(() => {
      const { galleryClient } = globalThis as unknown as GalleryWindow;
      galleryClient.script = { camera: { code: 'MEDIA_STREAM_NOT_ALLOWED' } };
    });
    await gallery.page.keyboard.press('Enter');
    await gallery.page.getByRole('heading', { name: 'The camera is blocked' }).waitFor();
    await expect.poll(() => gallery.focus()).toBe('headline');
    await gallery.page.keyboard.press('Tab');
    expect(await gallery.focus()).toContain('button-camera-permissions');
    await gallery.page.waitForTimeout(100);
    expect((await gallery.calls()).filter((call) => call.startsWith('camera'))).toHaveLength(1);
  });

  it('never take the focus from the page by themselves', async () => {
    await gallery.show('step=camera-biometric');
    await gallery.page.evaluate(() => {
      const field = document.createElement('input');
      document.body.prepend(field);
      field.focus();
      (globalThis as unknown as GalleryWindow).galleryClient.tell({ type: 'stream-stopped' });
    });
    await gallery.page.getByRole('heading', { name: 'Checking' }).waitFor();
    expect(await gallery.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  });

  it('change the camera by keyboard; Escape only closes the list', async () => {
    await gallery.show('step=camera-biometric&cameras=3');
    await gallery.page.getByRole('button', { name: 'Choose a camera' }).press('Enter');
    await gallery.page.getByRole('radio', { name: 'Built-in camera' }).focus();
    await gallery.page.keyboard.press('Escape');
    expect(await gallery.page.getByRole('radio').count()).toBe(0);
    await gallery.page.getByRole('button', { name: 'Choose a camera' }).press('Enter');
    await gallery.page.getByRole('radio', { name: 'Camera 3' }).click();
    await expect.poll(() => gallery.calls()).toContain('camera camera-2');
    expect((await gallery.calls()).filter((call) => call === 'dispose')).toHaveLength(1);
    await gallery.show('step=camera-biometric&cameras=1');
    expect(await gallery.page.getByRole('button', { name: 'Choose a camera' }).count()).toBe(0);
  });

  it('light the face with the whole screen: white on demand, else in the colour the server asks for', async () => {
    const ground = () =>
      gallery.page.locator('.root').evaluate((root) => getComputedStyle(root).backgroundColor);
    await gallery.show('step=camera-biometric&theme=dark');
    await gallery.page.getByRole('button', { name: 'Screen light on' }).click();
    await expect.poll(ground).toBe('rgb(255, 255, 255)');
    await gallery.page.evaluate(() =>
      (globalThis as unknown as GalleryWindow).galleryClient.tell({ type: 'flash-asked', colour: '#2040ff' }),
    );
    await expect.poll(ground).toBe('rgb(32, 64, 255)');
    await gallery.page.waitForTimeout(50);
    const { data } = await sharp(await gallery.page.screenshot())
      .removeAlpha()
      .extract({ left: 3, top: 3, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([...data], 'the corner of the page').toEqual([32, 64, 255]);
  });

  it('take their buttons, texts and animations from the slots of the page', async () => {
    await gallery.show('step=camera-biometric');
    await gallery.page.evaluate(() => {
      (globalThis as unknown as GalleryWindow).galleryElement.innerHTML = `
        <button slot="button-cancel">Leave</button><button slot="button-close">Shut</button>
        <h2 slot="texts">my words</h2><p slot="camera-tip">my tip</p><p slot="powered-by">my foot</p>`;
    });
    await hear('close');
    await gallery.page.getByText('my words').waitFor();
    await gallery.page.getByText('my tip').waitFor();
    expect(await gallery.page.getByText('Look at the camera', { exact: true }).isVisible()).toBe(false);
    await gallery.page.getByRole('button', { name: 'Leave' }).click();
    await expect
      .poll(async () => (await gallery.calls()).filter((call) => call === 'prepare').length)
      .toBe(2);
    await expect.poll(() => gallery.step()).toBe('camera-biometric');
    await gallery.page.getByRole('button', { name: 'Shut' }).click();
    await expect.poll(heard).toEqual([['close', null]]);
    expect(await gallery.page.locator('.root').count()).toBe(0);
    expect((await gallery.calls()).at(-1)).toBe('dispose');
  });

  it('copy the link for the phone, or write it out where the browser refuses', async () => {
    await gallery.show('step=stm-qrcode');
    await gallery.page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    });
    await gallery.page.getByRole('button', { name: 'Copy link' }).click();
    await gallery.page.locator('.link').waitFor();
    expect(await gallery.page.locator('.link').textContent()).toMatch(/^http.*#kl-transfer=c2Ft/);
    await gallery.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await gallery.show('step=stm-qrcode');
    await gallery.page.getByRole('button', { name: 'Copy link' }).click();
    await gallery.page.getByRole('button', { name: 'Link copied' }).waitFor();
    const copied = await gallery.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/step=stm-qrcode#kl-transfer=c2Ft/);
  });

  it('join the session of another device when the address has its token, once', async () => {
    await gallery.show('step=camera-biometric', '#kl-transfer=TOKEN');
    expect(await gallery.calls()).toContain('join TOKEN');
    expect(new URL(gallery.page.url()).hash).toBe('');
  });

  it('merge the packs of the page, replace variables, and hide steps that are disabled', async () => {
    await gallery.show('step=done&disable=error');
    await gallery.page.evaluate(() => {
      const { galleryElement } = globalThis as unknown as GalleryWindow;
      galleryElement.username = 'Ada';
      galleryElement.localizationVariables = { shop: 'Acme' };
      const done = { headline: 'Hello {username}', text: 'Back to {shop}' };
      galleryElement.localizationPacks = [{ language: 'en', data: { auth: { step: { done } } } }];
    });
    await gallery.page.getByRole('heading', { name: 'Hello Ada' }).waitFor();
    expect(await gallery.page.locator('.text').textContent()).toBe('Back to Acme');
    await gallery.show('step=error&disable=error');
    expect(await gallery.step()).toBe('error');
    expect(await gallery.page.getByRole('heading').count()).toBe(0);
  });

  it('are sized and coloured as the page asks, by attributes alone', async () => {
    await gallery.show('step=done&size=375&aspect-ratio=1/2');
    await gallery.page.evaluate(() => {
      const options = {
        colors: { light: { primary: 'rgb(1, 2, 3)' } },
        elements: { root: { headline: 'opacity: .5;' } },
      };
      const { galleryElement } = globalThis as unknown as GalleryWindow;
      galleryElement.setAttribute('theme', 'light');
      galleryElement.setAttribute('theme-options', JSON.stringify(options));
    });
    await gallery.page.waitForTimeout(50);
    const box = await gallery.page.locator('.root').boundingBox();
    expect(box?.width).toBe(375);
    expect(box?.height).toBe(750);
    const styles = await gallery.page.evaluate(() => {
      const root = (globalThis as unknown as GalleryWindow).galleryElement.shadowRoot;
      const of = (selector: string) => getComputedStyle(root!.querySelector(selector)!);
      return { button: of('.button').backgroundColor, headline: of('.headline').opacity };
    });
    expect(styles).toEqual({ button: 'rgb(1, 2, 3)', headline: '0.5' });
  });

  it('say tips aloud, but no more often than one can listen', async () => {
    await gallery.show('step=camera-biometric');
    await gallery.page.evaluate(async () => {
      const { galleryElement, galleryClient } = globalThis as unknown as GalleryWindow;
      const region = galleryElement.shadowRoot!.querySelector('.announcer[aria-live]')!;
      const said: unknown[] = [];
      new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true });
      (globalThis as unknown as GalleryWindow).heard = said;
      const names = ['FaceTooSmall', 'FaceOffCenter'];
      for (let frame = 0; frame < 30; frame += 1) {
        const name = names[frame % 2]!;
        galleryClient.tell({ type: 'quality-read', filters: [{ name, triggered: true }] });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
    const said = await heard();
    expect(said.length).toBeGreaterThanOrEqual(1);
    expect(said.length).toBeLessThanOrEqual(2);
  });
});
