import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from '../../../sdks/web-components/test/chromium.ts';
import { GalleryPage, type GalleryWindow } from '../../../sdks/web-components/test/gallery-page.ts';
import { asBaseline, comparePictures } from './compare-pictures.ts';

const { buildGallery } = await import('../../../sdks/web-components/scripts/build-gallery.mjs');

const folder = join(import.meta.dirname, '../../visual');
const rendererFile = join(folder, 'renderer.json');
/** One for all times, as it is in the picture of the code. */
const address = 'http://gallery.localhost/';
const isUpdate = process.env['UPDATE_BASELINES'] === '1';
/** Share of the pixels that may differ: a caret, the edge of an icon; not a word. */
const tolerance = 0.002;

/** Name of the picture, and what the gallery shows. */
const STEPS: Readonly<Record<string, string>> = {
  bootstrap: 'step=bootstrap',
  'phone-choice': 'step=stm-choice',
  'phone-code': 'step=stm-qrcode',
  'phone-joined': 'step=stm-qrcode.joined',
  instructions: 'step=camera-instructions',
  'permission-prompt': 'step=camera-permission.prompt',
  'permission-denied': 'step=camera-permission.denied',
  'permission-granted': 'step=camera-permission.granted',
  'camera-boot': 'step=camera-stream-boot',
  camera: 'step=camera-biometric',
  'camera-tip': 'step=camera-biometric&tip=FaceTooSmall',
  'camera-flash': 'step=camera-biometric&flash=00cdf3',
  'camera-select': 'step=camera-select&cameras=3',
  computation: 'step=server-computation',
  done: 'step=done',
  'done-enroll': 'step=done&tag=kl-enroll',
  error: 'step=error',
  'error-locked': 'step=error&code=SERVER_USER_LOCKED_OUT',
  'error-lockout-over': 'step=error&code=SERVER_USER_LOCKED_OUT&lockout=0',
  dialog: 'step=camera-biometric&tag=kl-auth-dialog',
  'camera-enroll': 'step=camera-biometric&tag=kl-enroll',
  'dialog-enroll': 'step=camera-instructions&tag=kl-enroll-dialog',
  'right-to-left': 'step=camera-instructions&tag=kl-auth-dialog&lang=ar',
};
const LOOKS = (['light', 'dark'] as const).flatMap((theme) => [
  { theme, device: 'phone', viewport: { width: 390, height: 780 } } as const,
  { theme, device: 'desktop', viewport: { width: 1_024, height: 768 } } as const,
]);

if (!hasChromium) console.warn(`skipped: visual baselines (${chromiumPath} is missing)`);

/** Letters are drawn alike by the same fonts and the same browser; elsewhere pixels can't be compared. */
const rendererOf = (gallery: GalleryPage, browser: Browser): Promise<{ chromium: string; text: string }> =>
  gallery.page.evaluate((version) => {
    const context = document.createElement('canvas').getContext('2d');
    const widthOf = (font: string): string => {
      if (context) context.font = `100px ${font}`;
      return context?.measureText('Sphinx of black quartz, judge my vow 0123').width.toFixed(1) ?? '';
    };
    return { chromium: version, text: ['system-ui', 'sans-serif', 'monospace'].map(widthOf).join(' ') };
  }, browser.version().split('.')[0] ?? '');

/** Settled: pictures decoded, fonts there, the camera's picture shown. */
const untilStill = (gallery: GalleryPage): Promise<void> =>
  gallery.page.evaluate(async () => {
    await document.fonts.ready;
    const { galleryElement } = globalThis as unknown as GalleryWindow;
    const video = galleryElement.shadowRoot?.querySelector('video');
    const hasPicture = () => !video || video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    for (let tries = 0; tries < 100 && !hasPicture(); tries++)
      await new Promise((done) => setTimeout(done, 50));
    await new Promise((done) => setTimeout(done, 350));
  });

describe.skipIf(!hasChromium)('each step looks as its picture', () => {
  let browser: Browser;
  let galleryFolder: string;
  let isComparable = true;
  const openGallery = async (options: BrowserContextOptions = {}): Promise<GalleryPage> => {
    const gallery = await GalleryPage.open(browser, address, options);
    await gallery.page.route(`${address}**`, (route) => {
      const { pathname } = new URL(route.request().url());
      return route.fulfill({ path: join(galleryFolder, pathname === '/' ? 'index.html' : pathname) });
    });
    return gallery;
  };
  beforeAll(async () => {
    galleryFolder = mkdtempSync(join(tmpdir(), 'openrecognize-gallery-'));
    await buildGallery(galleryFolder);
    browser = await startChromium();
    const gallery = await openGallery();
    await gallery.show('blank=1');
    const renderer = await rendererOf(gallery, browser);
    await gallery.close();
    if (isUpdate) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(rendererFile, `${JSON.stringify(renderer, null, 2)}\n`);
    }
    isComparable =
      existsSync(rendererFile) &&
      readFileSync(rendererFile, 'utf8') === `${JSON.stringify(renderer, null, 2)}\n`;
    if (!isComparable)
      console.warn('skipped: visual baselines (they were made with another Chromium or other fonts)');
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(galleryFolder, { recursive: true, force: true });
  });

  it.for(LOOKS)('$theme, $device', { timeout: 300_000 }, async ({ theme, device, viewport }, { skip }) => {
    if (!isComparable && !isUpdate) skip('the baselines were made with another Chromium or other fonts');
    const gallery = await openGallery({ viewport, deviceScaleFactor: 1 });
    gallery.page.context().setDefaultTimeout(30_000);
    // The countdown of a lockout shows one moment for ever.
    await gallery.page.clock.setFixedTime(new Date(2030, 0, 15, 9, 20, 2));
    const differing: string[] = [];
    for (const [name, query] of Object.entries(STEPS)) {
      await gallery.show(`${query}&theme=${theme}&lang=en`);
      await untilStill(gallery);
      const shot = await gallery.page.screenshot({ animations: 'disabled', caret: 'hide' });
      const file = join(folder, `${name}.${theme}.${device}.png`);
      if (isUpdate) writeFileSync(file, await asBaseline(shot));
      else {
        const { share } = await comparePictures(readFileSync(file), shot);
        if (share > tolerance) differing.push(`${name}: ${(100 * share).toFixed(2)} %`);
      }
    }
    await gallery.close();
    expect(differing).toEqual([]);
  });
});

describe('the comparison of pictures', () => {
  const grey = (size: number, patch: number) =>
    sharp({ create: { width: size, height: size, channels: 3, background: '#888' } })
      .composite([
        {
          input: { create: { width: patch, height: patch, channels: 3, background: '#f00' } },
          left: 0,
          top: 0,
        },
      ])
      .png()
      .toBuffer();

  it('counts what the eye sees, and lets another size not pass', async () => {
    const one = await grey(100, 1);
    expect((await comparePictures(one, await grey(100, 1))).share).toBe(0);
    expect((await comparePictures(one, await grey(100, 10))).share).toBeCloseTo(0.0099, 5);
    expect(await comparePictures(one, await grey(99, 1))).toEqual({ isSameSize: false, share: 1 });
    expect((await comparePictures(one, await asBaseline(one))).share).toBe(0);
  });
});
