import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { optionsFor } from './attempt-in-page.ts';
import { beginStream, type FakeSessionServer, frameResults } from './fake-session-server.ts';
import { facePicture, packageFolder, serveSdkPage } from './sdk-page.ts';

const firefoxPath = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr';
const obstacle = !existsSync(firefoxPath)
  ? `no Firefox at ${firefoxPath}`
  : existsSync(join(packageFolder, 'index.js'))
    ? null
    : 'sdks/web/package is not built';

/** A camera that is made up, no question about it, and nothing of its own on the network. */
const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
};

/** Reports by requests: no driver of this browser is at hand. The fake camera shows no face, so a canvas does. */
const scriptFor = (options: object) => `
  import * as sdk from '/sdk/index.js'
  const seen = {}
  const attempt = sdk.createKeylessAuth()
  const over = new Promise((resolve) => {
    for (const name of ['finished', 'error', 'ws-error']) {
      sdk.addKeylessEventListener(attempt, name, (event) => resolve(name + ' ' + (event.jwt ?? event.message)))
    }
  })
  seen.imported = (await sdk.importKeylessWebAssemblyModule())?.message ?? null
  seen.permissionBefore = await sdk.getKeylessCameraPermissionState()
  const camera = await sdk.createKeylessMediaStream()
  seen.camera = camera instanceof Error ? camera.message : camera.getVideoTracks()[0].readyState
  seen.permissionAfter = await sdk.getKeylessCameraPermissionState()
  const image = new Image()
  image.src = '/face.jpg'
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = 640
  canvas.height = 480
  const context = canvas.getContext('2d')
  setInterval(() => context.drawImage(image, 0, 0), 50)
  await sdk.createKeylessVideoStream(attempt, canvas.captureStream(20))
  const video = await sdk.createKeylessVideoElement(attempt)
  seen.video = video instanceof Error ? video.message : video.videoWidth
  seen.opened = (await sdk.openKeylessWebSocketConnection(attempt, ${JSON.stringify(options)}))?.message ?? null
  seen.end = await over
  await fetch('/report/' + encodeURIComponent(JSON.stringify(seen)))
`;

describe.skipIf(obstacle !== null)(`the SDK in Firefox${obstacle ? ` (${obstacle})` : ''}`, () => {
  let server: FakeSessionServer | undefined;
  let firefox: ChildProcess | undefined;
  let profile = '';
  afterEach(async () => {
    if (firefox !== undefined) {
      const ended = new Promise((resolve) => firefox?.once('exit', resolve));
      firefox.kill();
      await ended;
    }
    await server?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it('opens the camera, finds every guarded function native, and streams to the end', {
    timeout: 90_000,
  }, async () => {
    let report: (seen: unknown) => void = () => undefined;
    const reported = new Promise((resolve) => {
      report = resolve;
    });
    const context = {
      sessionId: beginStream().sessionId,
      stream: 0,
      flow: 'auth',
      customer: 'acme',
      username: 'ada',
    };
    const running = await serveSdkPage(await facePicture(), {
      serve: async (session) => {
        await session.receive();
        session.send(beginStream());
        for (const sequence of [0, 1]) {
          await session.receiveFrame(context);
          session.send(frameResults(sequence));
        }
        session.send({ type: 'stop-stream' });
        session.send({ type: 'finished', keylessId: 'AB01', jwt: 'h.p.s' });
        session.peer.close(1000);
      },
      respond: (path, response) => {
        if (path.startsWith('/report/')) {
          response.writeHead(200).end();
          report(JSON.parse(decodeURIComponent(path.slice('/report/'.length))));
          return true;
        }
        if (path !== '/firefox') return false;
        const script = `<script type="module">${scriptFor(optionsFor(running, 'ada'))}</script>`;
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${script}`);
        return true;
      },
    });
    server = running;
    profile = mkdtempSync(join(tmpdir(), 'sdk-web-firefox-'));
    const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});`);
    writeFileSync(join(profile, 'user.js'), lines.join('\n'));
    firefox = spawn(
      firefoxPath,
      ['--headless', '--no-remote', '--profile', profile, `${running.origin}/firefox`],
      {
        stdio: 'ignore',
      },
    );
    expect(await reported).toEqual({
      imported: null,
      permissionBefore: 'prompt',
      camera: 'live',
      // Firefox goes on saying "prompt" about a camera that was granted to one page.
      permissionAfter: 'granted',
      video: 640,
      opened: null,
      end: 'finished h.p.s',
    });
  });
});
