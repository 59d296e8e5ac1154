import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumArguments, chromiumPath, fakeCameraArguments } from '@openrecognize/testing/chromium';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type FilmFrame, writeFilm } from './y4m-film.ts';

/** Other work on the machine makes browsers slow, not wrong. */
const patienceMs = 60_000;
const filmFramesPerSecond = 6;

export interface FilmBrowser {
  readonly version: string;
  /** A page of a context of its own. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Starts Chromium with a camera that plays the film, or without a camera. Close it.
 *
 * @param film frames of what the camera sees, about six a second
 */
export const startFilmBrowser = async (film?: readonly FilmFrame[]): Promise<FilmBrowser> => {
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-film-'));
  const path = join(folder, 'film.y4m');
  if (film) await writeFilm(path, film, filmFramesPerSecond);
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: film ? [...chromiumArguments, ...fakeCameraArguments(path)] : [...chromiumArguments],
    timeout: patienceMs,
  });
  return {
    version: browser.version(),
    open: async (url, options = {}) => {
      const context = await browser.newContext({ permissions: ['camera'], ...options });
      context.setDefaultTimeout(patienceMs);
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Gives a browser with that film to the action and closes it afterwards, whatever happens. */
export const withFilm = async <Result>(
  film: readonly FilmFrame[] | undefined,
  action: (browser: FilmBrowser) => Promise<Result>,
): Promise<Result> => {
  const browser = await startFilmBrowser(film);
  try {
    return await action(browser);
  } finally {
    await browser.close();
  }
};
