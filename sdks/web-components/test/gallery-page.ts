import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { FlowState } from '../src/flow/flow-state.ts';
import type * as components from '../src/index.ts';
import type { createDrawnVideo } from './gallery/drawn-video.ts';
import type { ScriptedRecognitionClient } from './gallery/scripted-recognition-client.ts';

/** What the gallery puts on its window, for functions that run in the page. */
export interface GalleryWindow {
  readonly components: typeof components;
  readonly ScriptedRecognitionClient: typeof ScriptedRecognitionClient;
  readonly createDrawnVideo: typeof createDrawnVideo;
  readonly galleryElement: HTMLElement & { readonly flowState: FlowState } & components.KeylessAuthElement;
  readonly galleryClient: ScriptedRecognitionClient;
  /** Where a test keeps what it heard. */
  heard: unknown[];
}

interface AxeWindow {
  readonly axe: {
    run(options: object): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }>;
  };
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A page of its own, with what went wrong in it. */
export class GalleryPage {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #url: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<GalleryPage> {
    const context = await browser.newContext({
      viewport: { width: 1_280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(8_000);
    return new GalleryPage(await context.newPage(), url);
  }

  /** Shows a step, or with `blank` nothing. */
  async show(query: string, fragment = ''): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.goto(`${this.#url}?${query}${fragment}`);
    await this.page.waitForSelector('html[data-ready]', { state: 'attached' });
  }

  step(): Promise<string> {
    return this.page.evaluate(() => (globalThis as unknown as GalleryWindow).galleryElement.flowState.step);
  }

  calls(): Promise<string[]> {
    return this.page.evaluate(() => (globalThis as unknown as GalleryWindow).galleryClient.calls);
  }

  /** Class of the focused element inside of the element's shadow root. */
  focus(): Promise<string> {
    return this.page.evaluate(() => {
      const { galleryElement } = globalThis as unknown as GalleryWindow;
      return galleryElement.shadowRoot?.activeElement?.className ?? '';
    });
  }

  /** Rules of axe that the element breaks; those about a page as a whole are the page's own. */
  async axeViolations(): Promise<string[]> {
    await this.page.evaluate(await readFile(axePath, 'utf8'));
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as AxeWindow;
      const rules = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } };
      const { violations } = await axe.run({ rules });
      return violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes[0]?.target)}`);
    });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
