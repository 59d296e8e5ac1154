import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectPersonKnown } from './drawn-attempt.ts';
import { type Firefox, firefoxPath, hasFirefox, startFirefox } from './firefox.ts';
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

  it(
    'is enrolled and known again with a signed JWT, and another one is refused',
    {
      timeout: 2 * patienceMs,
    },
    () => expectPersonKnown(firefox, web, 'from Firefox'),
  );

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
