import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from './chromium.ts';
import { GalleryPage, type GalleryWindow } from './gallery-page.ts';
import { type StaticServer, serveFolder } from './static-server.ts';

const { buildGallery } = await import('../scripts/build-gallery.mjs');

if (!hasChromium) console.warn(`skipped: the steps in a browser (${chromiumPath} is missing)`);

const STEPS = [
  'bootstrap',
  'stm-choice',
  'stm-qrcode',
  'stm-qrcode.joined',
  'camera-instructions',
  'camera-permission.prompt',
  'camera-permission.denied',
  'camera-permission.granted',
  'camera-stream-boot',
  'camera-biometric&tip=FaceTooSmall',
  'camera-biometric&flash=2040ff',
  'camera-select&cameras=3',
  'server-computation',
  'done',
  'error',
  'error&code=SERVER_USER_LOCKED_OUT',
  'error&code=SERVER_USER_LOCKED_OUT&lockout=0',
];

describe.skipIf(!hasChromium)('every step in a browser', () => {
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
  afterEach(async () => {
    expect(gallery.complaints).toEqual([]);
    await gallery.close();
  });

  const looks = (['light', 'dark'] as const).flatMap((theme) =>
    [320, 1_280].map((width) => ({ theme, width })),
  );

  it.each(looks)(
    'breaks no rule of axe and fits: $theme, $width pixels wide',
    { timeout: 120_000 },
    async (look) => {
      const { theme, width } = look;
      gallery = await GalleryPage.open(browser, server.url, { viewport: { width, height: 640 } });
      for (const step of STEPS) {
        await gallery.show(`step=${step}&theme=${theme}`);
        expect(await gallery.axeViolations(), step).toEqual([]);
        const overflow = await gallery.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, step).toBeLessThanOrEqual(0);
      }
    },
  );

  it('has no target smaller than 24 pixels and nothing that moves when motion is to be reduced', async () => {
    gallery = await GalleryPage.open(browser, server.url, { viewport: { width: 320, height: 640 } });
    for (const step of STEPS) {
      await gallery.show(`step=${step}&tag=kl-auth-dialog`);
      await gallery.page.waitForTimeout(30);
      const { small, moving } = await gallery.page.evaluate(() => {
        const root = (globalThis as unknown as GalleryWindow).galleryElement.shadowRoot;
        const targets = [...(root?.querySelectorAll('button, input') ?? [])];
        const running = document.getAnimations().filter(({ playState }) => playState === 'running');
        return {
          small: targets
            .map((target) => ({ name: target.className, ...target.getBoundingClientRect().toJSON() }))
            .filter(({ width, height }) => width < 24 || height < 24),
          moving: running.length,
        };
      });
      expect(small, step).toEqual([]);
      expect(moving, step).toBe(0);
    }
  });

  it('fits at 320 pixels in every language, and is mirrored for Arabic', { timeout: 120_000 }, async () => {
    gallery = await GalleryPage.open(browser, server.url, { viewport: { width: 320, height: 640 } });
    for (const lang of ['de', 'es', 'fr', 'it', 'pt', 'ja', 'ar']) {
      for (const step of [
        'camera-instructions',
        'stm-qrcode',
        'camera-permission.denied',
        'camera-biometric',
        'error&code=SERVER_USER_LOCKED_OUT',
      ]) {
        await gallery.show(`step=${step}&lang=${lang}`);
        const seen = await gallery.page.evaluate(() => {
          const root = (globalThis as unknown as GalleryWindow).galleryElement.shadowRoot?.querySelector(
            '.root',
          );
          const over = [...(root?.querySelectorAll('*') ?? [])].filter(
            (node) => node.getBoundingClientRect().right > innerWidth + 0.5 && !node.closest('.announcer'),
          );
          return { dir: root?.getAttribute('dir'), lang: root?.getAttribute('lang'), over: over.length };
        });
        expect(seen, `${lang} ${step}`).toEqual({ dir: lang === 'ar' ? 'rtl' : 'ltr', lang, over: 0 });
      }
    }
  });

  it('follows the theme of the system unless the page chose one', async () => {
    gallery = await GalleryPage.open(browser, server.url, { colorScheme: 'dark' });
    const background = () =>
      gallery.page.evaluate(() => {
        const root = (globalThis as unknown as GalleryWindow).galleryElement.shadowRoot?.querySelector(
          '.root',
        );
        return root ? getComputedStyle(root).backgroundColor : '';
      });
    await gallery.show('step=done');
    expect(await background()).toBe('rgb(22, 29, 26)');
    await gallery.page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(background).toBe('rgb(253, 252, 249)');
    await gallery.show('step=done&theme=dark');
    expect(await background()).toBe('rgb(22, 29, 26)');
  });
});
