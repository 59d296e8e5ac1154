import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  beginStream,
  type FakeSessionServer,
  frameResults,
  type SessionPeer,
} from '../../web/test/fake-session-server.ts';
import { browserObstacle, useSdkPage } from '../../web/test/sdk-page.ts';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const packageFolder = join(workspace, 'package');
const isBuilt = existsSync(join(workspace, 'dist/index.js'));
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.data': 'application/octet-stream',
};

/** As strict as a page can be: nothing inline, no style but that of the elements themselves. */
const POLICY = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ws:; style-src 'none'; img-src data:`;
const SCRIPT = `
import * as components from '/components/bundle.js'
globalThis.sdk = components
globalThis.heard = []
const server = await (await fetch('/server.json')).json()
const element = document.createElement('kl-auth')
Object.assign(element, { customer: 'acme', username: 'ada', enableCameraInstructions: true, lang: 'en', ...server })
for (const type of ['step-change', 'finished', 'error', 'frame-results', 'ws-open']) {
  element.addEventListener(type, (event) => heard.push([type, event.detail?.step ?? event.detail?.jwt ?? event.message]))
}
document.body.append(element)
`;

/** Serves the package and a page with one element that talks to the server. */
const respondFor = (server: () => FakeSessionServer) => (path: string, response: ServerResponse) => {
  const answer = (type: string, content: string | Buffer) => {
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(content);
    return true;
  };
  if (path === '/auth.html') {
    return answer(
      'text/html',
      '<!doctype html><html lang="en"><title>Auth</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script><body></body></html>',
    );
  }
  if (path === '/page.js') return answer('text/javascript', SCRIPT);
  if (path === '/server.json') {
    const { socketUrl, key } = server();
    return answer('application/json', JSON.stringify({ wsURL: socketUrl, key: key.value, keyID: key.id }));
  }
  const file = path.startsWith('/components/') ? join(packageFolder, path.slice('/components'.length)) : '';
  return file !== '' && existsSync(file)
    ? answer(TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(file))
    : false;
};

const context = (changes = {}) => ({
  ...{
    sessionId: beginStream().sessionId,
    stream: 0,
    flow: 'auth' as const,
    customer: 'acme',
    username: 'ada',
  },
  ...changes,
});

/** Takes frames until `count`, each checked to belong to this session. */
async function takeFrames(session: SessionPeer, count: number, changes = {}): Promise<void> {
  for (let sequence = 0; sequence < count; sequence += 1) {
    if ((await session.receiveFrame(context(changes))) === null) return;
    session.send(frameResults(sequence));
  }
}

function finish(session: SessionPeer, jwt?: string): void {
  session.send({ type: 'stop-stream' });
  session.send({ type: 'finished', keylessId: 'AB01', ...(jwt && { jwt }) });
  session.peer.close(1000);
}

describe.skipIf(browserObstacle !== null || !isBuilt)(
  `the elements with the SDK and a server${browserObstacle ? ` (skipped: ${browserObstacle})` : ''}`,
  () => {
    const sdkPage = useSdkPage();
    beforeAll(() => {
      execFileSync(process.execPath, [join(workspace, 'scripts/build-package.mjs')], { stdio: 'pipe' });
    });

    const start = async (serve: (session: SessionPeer) => Promise<void>) => {
      const server: FakeSessionServer = await sdkPage.start({ serve, respond: respondFor(() => server) });
      return server;
    };
    const heard = (page: Page) =>
      page.evaluate(() => (globalThis as unknown as { heard: [type: string, told: unknown][] }).heard);
    const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();
    const startCamera = (page: Page) => page.getByRole('button', { name: 'Start camera' }).click();

    it('run a whole authentication under a strict security policy, and the camera goes out', async () => {
      const server = await start(async (session) => {
        await session.receive();
        session.send(beginStream());
        await takeFrames(session, 3);
        finish(session, 'h.p.s');
      });
      const page = await sdkPage.open(server, '/auth.html');
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await startCamera(page);
      await heading(page, 'It is you');
      const events = await heard(page);
      expect(events.filter(([type]) => type === 'frame-results')).toHaveLength(3);
      expect(events.filter(([type]) => type === 'step-change').map(([, step]) => step)).toEqual([
        ...['bootstrap', 'camera-instructions', 'camera-stream-boot', 'camera-biometric'],
        ...['server-computation', 'done'],
      ]);
      expect(events.at(-1)).toEqual(['finished', 'h.p.s']);
      expect(await page.locator('video').count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    it('show why the server refused, and start again with a new session', async () => {
      let sessions = 0;
      const server = await start(async (session) => {
        sessions += 1;
        await session.receive();
        session.send(beginStream());
        await takeFrames(session, 1);
        if (sessions > 1) return finish(session);
        const message = 'eyes are closed';
        const filters = ['eyes_closed'];
        session.send({ type: 'error', code: 'SERVER_RECOGNITION_FAILED', message, filters, retryable: true });
        session.peer.close(4000);
      });
      const page = await sdkPage.open(server, '/auth.html');
      await startCamera(page);
      await heading(page, 'That did not work');
      expect(await page.locator('.text').textContent()).toBe('Open your eyes');
      await page.getByRole('button', { name: 'Try again' }).click();
      await startCamera(page);
      await heading(page, 'It is you');
      expect((await heard(page)).filter(([type]) => type === 'error')).toEqual([
        ['error', 'SERVER_RECOGNITION_FAILED'],
      ]);
    });

    it('hand a session over to a phone, whose result comes back with the JWT', async () => {
      let desktop: SessionPeer | undefined;
      const server = await start(async (session) => {
        const first = await session.receive();
        if (first?.type !== 'join') {
          desktop = session;
          session.send(beginStream());
          expect((await session.receive())?.type).toBe('request-transfer');
          session.send({ type: 'transfer', token: 'ONE-TIME', expiresInSeconds: 60 });
          return;
        }
        expect(first.token).toBe('ONE-TIME');
        desktop?.send({ type: 'transfer-joined' });
        const subject = { flow: 'auth' as const, customer: { name: 'acme' }, username: 'ada' };
        session.send(beginStream({ stream: 1, subject }));
        await takeFrames(session, 2, { stream: 1 });
        finish(session);
        if (desktop) finish(desktop, 'h.p.s');
      });
      const page = await sdkPage.open(server, '/auth.html');
      await page.getByRole('button', { name: 'Use my phone instead' }).click();
      await page.getByRole('img', { name: 'Code with the link for your phone' }).waitFor();
      const phone = await sdkPage.open(server, '/auth.html#kl-transfer=ONE-TIME');
      await startCamera(phone);
      await heading(phone, 'It is you');
      await heading(page, 'It is you');
      expect((await heard(phone)).at(-1)).toMatchObject([
        'finished',
        { source: 'transfer', keylessId: 'AB01' },
      ]);
      expect((await heard(phone)).at(-1)?.[1]).not.toHaveProperty('jwt', expect.anything());
      expect((await heard(page)).at(-1)).toEqual(['finished', 'h.p.s']);
      expect(new URL(phone.url()).hash).toBe('');
    });
  },
);
