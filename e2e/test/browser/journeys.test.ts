import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTcpProxy } from '../../src/index.ts';
import { type Attempt, runAttempt } from './attempt-in-page.ts';
import { withFilm } from './film-browser.ts';
import { type DemoFace, filmPortraits, inTheMiddle, type Placement } from './scenes.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';
import type { FilmFrame } from './y4m-film.ts';

if (browserObstacle) console.warn(`skipped: journeys in Chromium (${browserObstacle})`);

/** More than enough for a browser, on a machine that does much else. */
const patienceMs = 240_000;

describe.skipIf(browserObstacle !== null)('a person before the camera of Chromium', () => {
  let web: WebStack;
  beforeAll(async () => {
    web = await startWebStack({ WEB_MAX_FRAMES: '14' });
  }, patienceMs);
  afterAll(() => web?.dispose());

  const portrait = (face: DemoFace, at: Placement = inTheMiddle, frames = 12) =>
    filmPortraits({ faces: [{ face, at }], frames });

  /** Attempts of one film, in one browser; each is of the flow, or ends after so many judged pictures. */
  const attempts = (
    film: readonly FilmFrame[],
    flows: readonly ('auth' | 'enroll')[],
    username: string,
    more: Partial<Parameters<typeof runAttempt>[1]['options']> = {},
    until?: Parameters<typeof runAttempt>[1]['until'],
  ): Promise<Attempt[]> =>
    withFilm(film, async (browser) => {
      const made: Attempt[] = [];
      for (const flow of flows) {
        const page = await browser.open(web.pages.origin);
        const options = { ...web.address, username, wsTimeout: 60_000, ...more };
        made.push(await runAttempt(page, { flow, options, ...(until ? { until } : {}) }));
        await page.context().close();
      }
      return made;
    });

  it('enrolls, is known again on another occasion, and what was agreed to is signed', {
    timeout: patienceMs,
  }, async () => {
    const [enrolled] = await attempts(await portrait('laughing'), ['enroll'], 'ada');
    expect(enrolled).toMatchObject({ outcome: 'finished', pageFilters: [] });
    const agreed = '{"amount":"12.00 EUR","payee":"Zoë"}';
    const [known] = await attempts(await portrait('smiling'), ['auth'], 'ada', {
      transaction: { data: agreed },
    });
    expect(known?.outcome).toBe('finished');
    const userId = String(enrolled?.verdict['keylessId']);
    expect(known?.verdict['keylessId']).toBe(userId);
    const verified = await web.verify(String(known?.verdict['jwt']), userId, agreed);
    expect(verified).toMatchObject({ userId, externalUserId: 'ada' });
    await expect(
      web.verify(String(known?.verdict['jwt']), userId, '{"amount":"1200.00 EUR","payee":"Zoë"}'),
    ).rejects.toMatchObject({ code: expect.any(String) });
    const course = known?.events.map(({ name }) => name) ?? [];
    expect(course.indexOf('begin-stream')).toBeLessThan(course.indexOf('frame-results'));
    expect(course.lastIndexOf('frame-results')).toBeLessThan(course.indexOf('stop-stream'));
    expect(course.indexOf('stop-stream')).toBeLessThan(course.indexOf('finished'));
  });

  it('is refused as somebody else, suspended after three times, and so is the right person then', {
    timeout: 2 * patienceMs,
  }, async () => {
    await web.setTenant({ lockoutFailures: 3 });
    const [enrolled] = await attempts(await portrait('smiling'), ['enroll'], 'zoe');
    expect(enrolled?.outcome).toBe('finished');
    const tries = await attempts(await portrait('blonde'), ['auth', 'auth', 'auth', 'auth'], 'zoe');
    expect(tries.map(({ outcome }) => outcome)).toEqual([
      'SERVER_FACE_DOES_NOT_MATCH',
      'SERVER_FACE_DOES_NOT_MATCH',
      'SERVER_FACE_DOES_NOT_MATCH',
      'SERVER_USER_LOCKED_OUT',
    ]);
    expect(tries.every(({ verdict }) => verdict['jwt'] === undefined)).toBe(true);
    const [right] = await attempts(await portrait('smiling'), ['auth'], 'zoe');
    expect(right?.outcome).toBe('SERVER_USER_LOCKED_OUT');
    const remainingMs = new Date(right?.verdict['lockoutExpiresAt'] as Date).getTime() - Date.now();
    expect(remainingMs).toBeGreaterThan(60_000);
    expect(remainingMs).toBeLessThanOrEqual(600_000);
    // Told before a picture is asked for.
    expect(right?.events.map(({ name }) => name)).not.toContain('begin-stream');
  });

  it('that is a photo without movement is refused by its filters', { timeout: patienceMs }, async () => {
    const [still] = await attempts(await portrait('laughing', inTheMiddle, 1), ['enroll'], 'photo');
    expect(still?.outcome).toBe('SERVER_RECOGNITION_FAILED');
    expect(still?.verdict['filters']).toEqual(['no_movement_from_device', 'no_movement_from_subject']);
    expect(still?.events.filter(({ name }) => name === 'frame-results')).toHaveLength(14);
  });

  const two = [
    { face: 'laughing', at: { x: 0.3, y: 0.5, height: 0.33 } },
    { face: 'blonde', at: { x: 0.72, y: 0.5, height: 0.33 } },
  ] as const;
  const alone = (at: Placement) => [{ face: 'laughing', at } as const];
  it.each([
    ['nobody is there', [], 'FaceAbsent'],
    ['there are two', two, 'FaceMultiple'],
    ['the face is far away', alone({ x: 0.5, y: 0.5, height: 0.21 }), 'FaceTooSmall'],
    ['the face is very near', alone({ x: 0.5, y: 0.5, height: 1.25 }), 'FaceTooLarge'],
    ['the face is at the side', alone({ x: 0.16, y: 0.5, height: 0.33 }), 'FaceOffCenter'],
    ['the face is cut off', alone({ x: 0.03, y: 0.5, height: 0.45 }), 'FacePartial'],
  ])(
    'is told by the page when %s, and no picture is sent',
    { timeout: patienceMs },
    async (_what, faces, filter) => {
      const until = { name: 'video-frame-quality', count: 4 };
      const [attempt] = await attempts(
        await filmPortraits({ faces, frames: 1 }),
        ['enroll'],
        filter,
        {},
        until,
      );
      expect(attempt?.pageFilters).toContain(filter);
      expect(attempt?.events.map(({ name }) => name)).not.toContain('frame-results');
      const states = attempt?.events
        .filter(({ name }) => name === 'video-frame-quality')
        .map(({ event }) =>
          (event['filters'] as { name: string; triggered: boolean }[]).find(({ name }) => name === filter),
        );
      expect(states?.every((state) => state?.triggered)).toBe(true);
    },
  );

  it('is told by the service when it is dark, and not enrolled', { timeout: patienceMs }, async () => {
    const film = await filmPortraits({ faces: alone(inTheMiddle), light: 0.22 });
    const [attempt] = await attempts(film, ['enroll'], 'dusk');
    expect(attempt?.serverFilters).toContain('image_metadata_low_light');
    expect(attempt?.outcome).toBe('SERVER_RECOGNITION_FAILED');
    expect(attempt?.verdict['filters']).toContain('image_metadata_low_light');
  });

  it('does not notice that the connection was cut on the way', { timeout: patienceMs }, async () => {
    const proxy = await startTcpProxy(Number(new URL(web.address.ws.url).port));
    try {
      const attempt = await withFilm(await portrait('blonde'), async (browser) => {
        const page = await browser.open(web.pages.origin);
        let results = 0;
        await page.exposeFunction('tellTest', (name: string) => {
          if (name !== 'frame-results' || ++results !== 1) return;
          proxy.setMode('cut');
          setTimeout(() => proxy.setMode('pass'), 400);
        });
        const options = {
          ...web.address,
          username: 'cut',
          wsTimeout: 60_000,
          ws: { url: `ws://127.0.0.1:${proxy.port}/` },
        };
        return runAttempt(page, { flow: 'enroll', options });
      });
      expect(attempt.outcome).toBe('finished');
      const course = attempt.events.map(({ name }) => name);
      expect(course.filter((name) => name === 'ws-open')).toHaveLength(2);
      expect(course.indexOf('ws-close')).toBeLessThan(course.lastIndexOf('ws-open'));
      expect(course).not.toContain('ws-error');
    } finally {
      await proxy.close();
    }
  });
});
