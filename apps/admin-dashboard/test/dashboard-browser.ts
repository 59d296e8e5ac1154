import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromiumArguments, chromiumPath } from '@openrecognize/testing/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { password } from './fake-operations.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
interface AxeWindow {
  readonly axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };
}

export interface PageOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** The part of a dashboard a browser needs. */
export interface ServedDashboard {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A page of Chromium for each test of a file, before a dashboard of its own. A test in which the page complains, by an
 * exception or on its console, fails.
 */
export const useDashboardPage = <D extends ServedDashboard>(start: () => Promise<D>) => {
  let browser: Browser;
  let dashboard: D;
  let page: Page;
  let complaints: string[] = [];

  const openPage = async ({ width = 1_280, colorScheme = 'light' }: PageOptions = {}): Promise<void> => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(15_000);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
    });
  };

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    complaints = [];
    dashboard = await start();
    await openPage();
  });
  afterEach(async () => {
    await page.context().close();
    await dashboard.close();
    expect(complaints).toEqual([]);
  });

  const settled = () =>
    page.waitForFunction(
      () => document.querySelector('#page h1') && !document.querySelector('[aria-busy="true"]'),
    );
  const enterWords = async (name: string, secret: string) => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(secret);
    await page.keyboard.press('Enter');
  };
  const focusedText = () => page.evaluate(() => document.activeElement?.textContent ?? '');

  return {
    get page() {
      return page;
    },
    get dashboard() {
      return dashboard;
    },
    settled,
    enterWords,
    focusedText,
    /** Another page instead of the first one, of another size or scheme. */
    replacePage: async (options: PageOptions) => {
      await page.context().close();
      await openPage(options);
    },
    signIn: async (name = 'ada', secret = password) => {
      await page.goto(dashboard.url);
      await enterWords(name, secret);
      await page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
      await settled();
    },
    go: async (path: string) => {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/${path}`);
      await page.waitForTimeout(50);
      await settled();
    },
    /** Presses a key until the focus, visibly, is on the element with this text or name. */
    tabTo: async (text: string, key = 'Tab') => {
      for (let presses = 0; presses < 120; presses++) {
        await page.keyboard.press(key);
        const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
        if (label !== text && (await focusedText()) !== text) continue;
        expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
        return;
      }
      throw new Error(`${key} never reaches ${text}`);
    },
    /** What axe finds wrong with the page as it is. */
    checkAccessibility: async (where: string) => {
      if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(axePath, 'utf8'));
      const { violations } = await page.evaluate(() => (window as unknown as AxeWindow).axe.run());
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`,
      );
      expect(found, where).toEqual([]);
    },
  };
};
