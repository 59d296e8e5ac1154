import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectPersonKnown } from './drawn-attempt.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';
import { startWebKit, type WebKit, whyNoWebKit } from './webkit.ts';

const obstacle = browserObstacle ?? (await whyNoWebKit()) ?? null;
if (obstacle) console.warn(`skipped: journeys in WebKitGTK (${obstacle})`);

const patienceMs = 240_000;

describe.skipIf(obstacle !== null)('a person before WebKitGTK', () => {
  let web: WebStack;
  let webkit: WebKit;
  beforeAll(async () => {
    web = await startWebStack({ WEB_MAX_FRAMES: '14' });
    webkit = await startWebKit();
  }, patienceMs);
  afterAll(async () => {
    await webkit?.close();
    await web?.dispose();
  });

  it(
    'is enrolled and known again with a signed JWT, and another one is refused',
    {
      timeout: 2 * patienceMs,
    },
    () => expectPersonKnown(webkit, web, 'from WebKitGTK'),
  );

  it('lets the element open the camera, and is told by it that no face is in view', {
    timeout: patienceMs,
  }, async () => {
    const url = web.pages.elementUrl('kl-enroll', {
      customer: web.address.customer.name,
      username: 'nobody',
      'ws-url': web.address.ws.url,
      key: web.address.key.value,
      'key-id': web.address.key.id,
      'ws-timeout': '60000',
      lang: 'en',
    });
    await webkit.open(url);
    // The browser's own camera shows a clock and a moving square.
    const seen = await webkit.evaluate(`(async () => {
      const inside = (selector) => globalThis.element?.shadowRoot?.querySelector(selector);
      const stepsOf = () => heard.filter(({ name }) => name === 'step-change').map(({ detail }) => detail.step);
      const isTold = () => inside('.camera-tip.advice')?.textContent.trim() === 'No face in view';
      for (let tries = 0; tries < 600 && !isTold() && !stepsOf().includes('error'); tries++) {
        inside('.button-camera-permissions')?.click();
        await new Promise((done) => setTimeout(done, 100));
      }
      const { width } = inside('video')?.getBoundingClientRect() ?? { width: 0 };
      const triggered = heard.findLast(({ name }) => name === 'video-frame-quality')?.detail.filters
        .filter((filter) => filter.triggered).map((filter) => filter.name);
      const seen = { steps: stepsOf(), isTold: isTold(), isShown: width > 100, triggered };
      element.remove();
      return seen;
    })()`);
    expect(seen).toMatchObject({ isTold: true, isShown: true, triggered: ['FaceAbsent'] });
    const { steps } = seen as { readonly steps: readonly string[] };
    expect(steps).toEqual(['bootstrap', 'camera-permission', 'camera-stream-boot', 'camera-biometric']);
  });
});
