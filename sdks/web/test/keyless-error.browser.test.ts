import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { KeylessError } from '../src/index.ts';
import { optionsFor, runAttempt } from './attempt-in-page.ts';
import {
  leavesPageAsItWas,
  ON_UNCHECKED_PAGE,
  PROVOCATIONS,
  serveByUsername,
  UNCHECKED_PAGE,
} from './error-provocations.ts';
import { browserObstacle, type SdkWindow, uncheckedEntry, useSdkPage } from './sdk-page.ts';

const codes = Object.values(KeylessError);

const workerThatFails = (failure: string) => `onmessage = ({ data: { id, request } }) =>
  postMessage(request.type === 'start' ? { id, answer: {} } : { id, failure: '${failure}', text: 'test' })`;

const send = (response: ServerResponse, type: string, body: string | Uint8Array): true => {
  response.writeHead(200, { 'content-type': type }).end(body);
  return true;
};

/** Files that a page should not get, and the SDK without its hashes. */
function respond(path: string, response: ServerResponse): boolean {
  switch (path) {
    case UNCHECKED_PAGE:
      return send(
        response,
        'text/html',
        `<!doctype html><link rel="icon" href="data:,">
        <script type="module">import * as sdk from '/unchecked/index.js'; window.sdk = sdk</script>`,
      );
    case '/unchecked/index.js':
      return send(response, 'text/javascript', uncheckedEntry());
    case '/worker-aborted.js':
      return send(response, 'text/javascript', workerThatFails('aborted'));
    case '/worker-exception.js':
      return send(response, 'text/javascript', workerThatFails('exception'));
    case '/broken.wasm':
      return send(response, 'application/wasm', Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 9, 9, 9, 9));
    case '/nowhere.wasm':
      response.writeHead(404).end();
      return true;
    default:
      return false;
  }
}

describe.skipIf(browserObstacle !== null)(
  `each code${browserObstacle ? ` (${browserObstacle})` : ''}`,
  () => {
    const sdkPage = useSdkPage();

    it('of options, the server and the socket comes about, one attempt after the other', async () => {
      const server = await sdkPage.start({ serve: serveByUsername, respond });
      const page = await sdkPage.open(server);
      const came: Record<string, string> = {};
      for (const code of codes.filter(leavesPageAsItWas)) {
        came[code] = await PROVOCATIONS[code](page, server);
      }
      expect(came).toEqual(Object.fromEntries(codes.filter(leavesPageAsItWas).map((code) => [code, code])));
    });

    it.each(codes.filter((code) => !leavesPageAsItWas(code)))('%s comes about in a page', async (code) => {
      const server = await sdkPage.start({ serve: serveByUsername, respond });
      const page = await sdkPage.open(server, ON_UNCHECKED_PAGE.includes(code) ? UNCHECKED_PAGE : '/');
      expect(await PROVOCATIONS[code](page, server)).toBe(code);
    });

    it('is logged by the documented sample as it stands', async () => {
      // Word for word; it takes the two functions it doesn't import from the page.
      const sample = `import { createKeylessAuth } from '@keyless/sdk-web'

function onKeylessError(error) {
  // will log the error code
  console.log(error.message)
}

const auth = createKeylessAuth()

// register the error event listener
addKeylessEventListener(auth, 'error', onKeylessError)

// opening a connection without the required options will always emit an error
openKeylessWebSocketConnection(auth, {})
`;
      const server = await sdkPage.start();
      const page = await sdkPage.open(server);
      const logged = page.waitForEvent('console').then((message) => message.text());
      await page.evaluate((text) => {
        const { addKeylessEventListener, openKeylessWebSocketConnection } = (
          globalThis as unknown as SdkWindow
        ).sdk;
        Object.assign(globalThis, { addKeylessEventListener, openKeylessWebSocketConnection });
        const script = document.createElement('script');
        script.type = 'module';
        script.textContent = text;
        document.body.append(script);
      }, sample);
      expect(await logged).toBe('CUSTOMER_UNSET');
    });

    it('of a lockout carries its end, and of a refused recognition its filters', async () => {
      const lockoutExpiresAt = '2030-01-02T03:04:05.000Z';
      const server = await sdkPage.start({
        serve: async (session) => {
          await session.receive();
          session.send({
            type: 'error',
            code: 'SERVER_USER_LOCKED_OUT',
            message: '',
            retryable: false,
            lockoutExpiresAt,
            filters: ['eyes_closed'],
          });
        },
      });
      const page = await sdkPage.open(server);
      const run = await runAttempt(page, { options: optionsFor(server, 'ada'), withoutCamera: true });
      const { event } = run.events.find(({ name }) => name === 'error') ?? {};
      expect(event).toMatchObject({ lockoutExpiresAt: new Date(lockoutExpiresAt), filters: ['eyes_closed'] });
    });
  },
);
