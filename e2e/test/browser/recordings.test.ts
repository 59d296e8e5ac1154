import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAttempt } from './attempt-in-page.ts';
import { withFilm } from './film-browser.ts';
import { filmPicture, filmRecording } from './scenes.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';
import type { FilmFrame } from './y4m-film.ts';

const facesDir = process.env['FACES_DIR'] ?? '';
const obstacle =
  browserObstacle ??
  (existsSync(join(facesDir, 'nuaa/seq-real')) && facesDir !== '' ? null : 'FACES_DIR has no recordings');
if (obstacle) console.warn(`skipped: recordings of real people in Chromium (${obstacle})`);

const patienceMs = 240_000;

const filtersOf = ({ verdict }: { readonly verdict: Readonly<Record<string, unknown>> }) =>
  (verdict['filters'] ?? []) as readonly string[];

describe.skipIf(obstacle !== null)('recordings of real people before the camera of Chromium', () => {
  let web: WebStack;
  beforeAll(async () => {
    web = await startWebStack({ WEB_MAX_FRAMES: '24' });
  }, patienceMs);
  afterAll(() => web?.dispose());

  const recording = (name: string) => filmRecording(join(facesDir, 'nuaa', name));
  /** Frames of a person between which the head turns: people who hold still are asked to, but recordings don't listen. */
  const turning = async (name: string, numbers: readonly number[]) => {
    const frames = await recording(name);
    return numbers.map((number) => frames[number]!);
  };
  const attempt = (
    film: readonly FilmFrame[],
    flow: 'auth' | 'enroll',
    transaction?: string,
    username = 'first',
  ) =>
    withFilm(film, async (browser) => {
      const page = await browser.open(web.pages.origin);
      const data = transaction === undefined ? {} : { transaction: { data: transaction } };
      const options = { ...web.address, username, wsTimeout: 60_000, ...data };
      return runAttempt(page, { flow, options });
    });

  it('enroll one and know that person again, and neither another one nor prints', {
    timeout: 3 * patienceMs,
  }, async () => {
    const enrolled = await attempt(await turning('seq-real/0005_00_00_02', [0, 1, 4, 9]), 'enroll');
    expect(enrolled.outcome).toBe('finished');
    const known = await attempt(await turning('seq-real/0005_00_00_02', [6, 7, 10, 11]), 'auth', 'pay');
    expect(known.outcome).toBe('finished');
    await web.verify(String(known.verdict['jwt']), String(enrolled.verdict['keylessId']), 'pay');
    const stranger = await attempt(await turning('seq-real/0008_00_00_02', [2, 4, 8, 9]), 'auth');
    expect(stranger.outcome).toBe('SERVER_FACE_DOES_NOT_MATCH');
    for (const name of ['seq-print/0001_00_00_01', 'seq-print/0005_00_03_03']) {
      const print = await attempt(await recording(name), 'auth');
      expect([name, print.outcome]).toEqual([name, 'SERVER_RECOGNITION_FAILED']);
      // Its pictures are good: if a filter is named, it is that of a head that does not turn.
      for (const filter of filtersOf(print)) expect(filter).toBe('no_movement_from_subject');
      expect(print.events.some(({ name: event }) => event === 'stop-stream')).toBe(false);
    }
  });

  const screenFolder = join(facesDir, 'spoof-samples/maicg01');
  it.skipIf(!existsSync(screenFolder))(
    'refuse a photo of a screen that is held before the camera, for a head that does not turn',
    { timeout: patienceMs },
    async () => {
      const [file = ''] = readdirSync(screenFolder);
      const film = await filmPicture(join(screenFolder, file), { x: 928, y: 420, height: 700 });
      const screen = await attempt(film, 'enroll', undefined, 'screen');
      expect(screen.outcome).toBe('SERVER_RECOGNITION_FAILED');
      const accepted = screen.events.filter(({ event }) => event['accepted'] === true);
      expect(accepted.length).toBeGreaterThanOrEqual(3);
      expect(filtersOf(screen)).toEqual(['no_movement_from_subject']);
    },
  );
});
