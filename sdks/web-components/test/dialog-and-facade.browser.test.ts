import { hasChromium } from '@openrecognize/testing/chromium';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startChromium } from './chromium.ts';
import { GalleryPage, type GalleryWindow } from './gallery-page.ts';
import { type StaticServer, serveFolder } from './static-server.ts';

const { buildGallery } = await import('../scripts/build-gallery.mjs');

describe.skipIf(!hasChromium)('dialogs and the facade in a browser', () => {
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
    await gallery.show('blank');
  });
  afterEach(async () => {
    expect(gallery.complaints).toEqual([]);
    await gallery.close();
  });

  const openDialog = () =>
    gallery.page.evaluate(async () => {
      const view = globalThis as unknown as GalleryWindow;
      const opener = document.createElement('button');
      opener.id = 'opener';
      opener.textContent = 'Enroll';
      document.body.append(opener);
      opener.focus();
      const dialog = document.createElement('kl-enroll-dialog');
      const client = new view.ScriptedRecognitionClient({ surroundings: { permission: 'prompt' } });
      dialog.useRecognitionClient(client);
      view.heard = [];
      dialog.addEventListener('close', () => view.heard.push('close'));
      document.body.append(dialog);
      Object.assign(globalThis, { galleryElement: dialog, galleryClient: client });
    });
  const isOpen = () =>
    gallery.page.evaluate(
      () => (globalThis as unknown as GalleryWindow).galleryElement.shadowRoot?.querySelector('dialog')?.open,
    );

  it('opens on mount, keeps the focus inside, closes by Escape and gives the focus back', async () => {
    await openDialog();
    await gallery.page.getByRole('dialog', { name: 'Face enrollment' }).waitFor();
    await gallery.page.getByRole('heading', { name: 'May we use the camera?' }).waitFor();
    expect(await gallery.focus()).toBe('headline');
    const seen = new Set<string>();
    for (let press = 0; press < 6; press += 1) {
      await gallery.page.keyboard.press('Tab');
      seen.add(await gallery.page.evaluate(() => document.activeElement?.tagName ?? ''));
    }
    expect(seen).not.toContain('BUTTON');
    expect(await gallery.axeViolations()).toEqual([]);
    await gallery.page.keyboard.press('Escape');
    await expect.poll(isOpen).toBe(false);
    expect(await gallery.page.evaluate(() => (globalThis as unknown as GalleryWindow).heard)).toEqual([
      'close',
    ]);
    expect(await gallery.page.evaluate(() => document.activeElement?.id)).toBe('opener');
  });

  it('opens again with a new flow, closes by its button, and goes with its element', async () => {
    await openDialog();
    await gallery.page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(isOpen).toBe(false);
    await gallery.page.evaluate(() =>
      (globalThis as unknown as { galleryElement: { show(): void } }).galleryElement.show(),
    );
    await expect.poll(isOpen).toBe(true);
    await expect.poll(() => gallery.step()).toBe('camera-permission');
    expect((await gallery.calls()).filter((call) => call === 'prepare')).toHaveLength(2);
    await gallery.page.evaluate(() => (globalThis as unknown as GalleryWindow).galleryElement.remove());
    await expect.poll(() => gallery.calls()).toContain('unwatch');
    expect(await gallery.page.getByRole('dialog').count()).toBe(0);
  });

  /** Runs the facade in the page with a scripted session. */
  const facade = (
    mode: 'mount' | 'attach' | 'attach-wrong',
    end: 'success' | 'failure' | 'close' | 'denied',
  ) =>
    gallery.page.evaluate(
      async (options) => {
        const view = globalThis as unknown as GalleryWindow;
        const { recognize } = view.components;
        const denied = { code: 'MEDIA_STREAM_NOT_ALLOWED' };
        const client = new view.ScriptedRecognitionClient({
          session: [{ type: 'stream-began' }],
          createVideo: view.createDrawnVideo,
          ...(options.end === 'denied' ? { camera: denied } : {}),
        });
        const log: unknown[] = [];
        const session = recognize({
          customer: 'acme',
          wsURL: 'wss://a',
          key: 'K',
          keyID: 'I',
          recognitionClient: client,
        });
        session.subscribe({
          next: ({ type, detail }) => log.push(type === 'step-change' ? `step ${detail.step}` : type),
          error: ({ error }) => log.push(['error', error.code, error.message]),
          complete: ({ jwt }) => log.push(['complete', jwt]),
        });
        const tag = options.mode === 'attach-wrong' ? 'div' : 'kl-auth';
        const element = options.mode === 'mount' ? undefined : document.createElement(tag);
        if (element) document.body.append(element);
        const username = 'ada';
        const first = element
          ? await session.init({ mode: 'attach', element, username })
          : await session.init({ mode: 'mount', container: document.body, type: 'enroll', username });
        await new Promise((resolve) => setTimeout(resolve, 50));
        const container = document.body;
        const second = await session.init({ mode: 'mount', container, type: 'auth', username });
        const headings = [...document.querySelectorAll('kl-auth, kl-enroll')].map(({ tagName }) => tagName);
        const success = { jwt: 'J', seedEntropy: undefined, keylessId: 'K' };
        if (options.end === 'success') {
          client.tell({ type: 'stream-stopped' });
          client.tell({ type: 'finished', success });
        } else if (options.end === 'failure') client.tell({ type: 'failed', code: 'SERVER_USER_NOT_FOUND' });
        else if (options.end === 'close') document.querySelector('kl-enroll')?.close();
        await new Promise((resolve) => setTimeout(resolve, 50));
        const left = document.querySelectorAll('kl-enroll').length;
        const { openAttempts, sessions } = client;
        session.dispose();
        return {
          log,
          first,
          second: second?.error.message,
          headings,
          left,
          openAttempts,
          username: sessions[0]?.username,
        };
      },
      { mode, end },
    );

  it('mounts an element, tells its progress and its success, and disposes of it', async () => {
    const seen = await facade('mount', 'success');
    expect(seen.first).toBeUndefined();
    expect(seen.headings).toEqual(['KL-ENROLL']);
    expect(seen).toMatchObject({ second: 'SDK_ERROR', left: 0, openAttempts: 0, username: 'ada' });
    expect(seen.log).toEqual([
      ...[
        'step bootstrap',
        'step camera-stream-boot',
        'begin-stream',
        'step camera-biometric',
        'recognition-start',
      ],
      ...['stop-stream', 'step server-computation', 'non-cancelable', 'step done', ['complete', 'J']],
    ]);
  });

  it('attaches to an element of the page, and to nothing else', async () => {
    const seen = await facade('attach', 'failure');
    expect(seen.log.at(-1)).toEqual(['error', 3003, 'CORE_USER_NOT_ENROLLED']);
    expect(seen).toMatchObject({ headings: ['KL-AUTH'], openAttempts: 0, username: 'ada' });
    await gallery.show('blank');
    expect((await facade('attach-wrong', 'close')).first?.error).toMatchObject({
      code: 1000,
      message: 'SDK_ERROR',
    });
  });

  it('tells a person who closed as a cancellation, and a refused camera as something that can be mended', async () => {
    const closed = await facade('mount', 'close');
    expect(closed.log.at(-1)).toEqual(['error', 1005, 'SDK_USER_CANCELLED']);
    await gallery.show('blank');
    const refused = await facade('mount', 'denied');
    expect(refused.log).toEqual(expect.arrayContaining(['recoverable-error', 'step camera-permission']));
    expect(refused.log.flat()).not.toContain('error');
    expect(refused.left).toBe(1);
  });
});
