import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attempt, attemptInPage, type RecordedEvent, toAttempt } from './attempt-in-page.ts';
import { type Firefox, firefoxPath, hasFirefox, startFirefox } from './firefox.ts';
import { portraitOf } from './live-client.ts';
import type { DemoFace } from './scenes.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';

const obstacle = browserObstacle ?? (hasFirefox() ? null : `no Firefox at ${firefoxPath}`);
if (obstacle) console.warn(`skipped: journeys in Firefox (${obstacle})`);

const patienceMs = 240_000;

describe.skipIf(obstacle !== null)('a person before Firefox', () => {
  let web: WebStack;
  let firefox: Firefox;
  beforeAll(async () => {
    web = await startWebStack({ WEB_MAX_FRAMES: '14' });
    firefox = await startFirefox();
  }, patienceMs);
  afterAll(async () => {
    await firefox?.close();
    await web?.dispose();
  });

  /** Firefox plays no films as its camera, so the pictures come from a canvas. */
  const attempt = async (
    face: DemoFace,
    flow: 'auth' | 'enroll',
    transaction?: { readonly data: string },
  ): Promise<Attempt> => {
    const pictures = (await portraitOf(face)).map(
      ({ bytes }) => `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`,
    );
    const options = {
      ...web.address,
      username: 'ada',
      wsTimeout: 60_000,
      ...(transaction && { transaction }),
    };
    await firefox.open(web.pages.origin);
    const events = await firefox.evaluate(
      `(${attemptInPage})(${JSON.stringify({ flow, options, pictures })})`,
    );
    return toAttempt(events as RecordedEvent[]);
  };

  it('is enrolled and known again with a signed JWT, and another one is refused', {
    timeout: 2 * patienceMs,
  }, async () => {
    const enrolled = await attempt('laughing', 'enroll');
    expect(enrolled.outcome).toBe('finished');
    const known = await attempt('smiling', 'auth', { data: 'from Firefox' });
    expect(known.outcome).toBe('finished');
    await web.verify(String(known.verdict['jwt']), String(enrolled.verdict['keylessId']), 'from Firefox');
    expect((await attempt('blonde', 'auth')).outcome).toBe('SERVER_FACE_DOES_NOT_MATCH');
  });

  it('is asked for the camera by the SDK, which opens it', { timeout: patienceMs }, async () => {
    await firefox.open(web.pages.origin);
    const size = await firefox.evaluate(`(async () => {
      const attempt = sdk.createKeylessAuth();
      const stream = await sdk.createKeylessVideoStream(attempt);
      const video = stream instanceof Error ? stream : await sdk.createKeylessVideoElement(attempt);
      const size = video instanceof Error ? video.message : video.videoWidth;
      sdk.deleteKeylessAuth(attempt);
      return size;
    })()`);
    expect(size).toBeGreaterThan(0);
  });
});
