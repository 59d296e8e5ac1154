/**
 * `npm run bench -w sdks/web`: bytes of the published files, and milliseconds in Chromium with its fake camera: module,
 * camera, page filters of a frame (from a frame handed over to its verdict, one thread, worker and back), whole frame
 * against a server on the same machine that answers at once. Medians; no timed test.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromiumArguments, chromiumPath } from '@openrecognize/testing/chromium';
import { chromium } from 'playwright-core';
import { beginStream, frameResults } from '../test/fake-session-server.ts';
import { facePicture, packageFolder, serveSdkPage } from '../test/sdk-page.ts';

const FRAMES = 60;

for (const name of Object.keys(JSON.parse(readFileSync(join(packageFolder, 'integrity.json'), 'utf8')))) {
  const bytes = readFileSync(join(packageFolder, name));
  console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzip`);
}

const server = await serveSdkPage(await facePicture(), {
  serve: async (session) => {
    await session.receive();
    const { limits } = beginStream();
    session.send(beginStream({ limits: { ...limits, maxFramesPerSecond: 1_000 } }));
    for (let sequence = 0; sequence < FRAMES; sequence += 1) {
      if ((await session.peer.receive()) === null) return;
      session.send(frameResults(sequence));
    }
    session.send({ type: 'stop-stream' });
    session.send({ type: 'finished', keylessId: 'AB01' });
    session.peer.close(1000);
  },
});
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: [...chromiumArguments, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
});
const page = await browser.newPage();
await page.goto(server.origin);
await page.waitForFunction(() => 'sdk' in globalThis);
const options = {
  customer: { name: 'acme' },
  username: 'ada',
  key: server.key,
  ws: { url: server.socketUrl },
};
const times = await page.evaluate(measure, options);
for (const [name, values] of Object.entries(times)) {
  const sorted = values.sort((a, b) => a - b);
  console.log(`${name}: ${sorted[sorted.length >> 1].toFixed(1)} ms (${sorted.length} values)`);
}
await browser.close();
await server.close();

/** Runs in the page. Frames are handed over by the program, so that the moment is known. */
async function measure(options) {
  const { sdk } = globalThis;
  const times = { module: [], camera: [], 'page filters of a frame': [], 'frame to its server results': [] };
  const timed = async (name, action) => {
    const start = performance.now();
    const result = await action();
    times[name].push(performance.now() - start);
    return result;
  };
  await timed('module', () => sdk.importKeylessWebAssemblyModule());
  const auth = new sdk.KeylessAuth();
  await timed('camera', async () => {
    await sdk.createKeylessVideoStream(auth.symbol);
    await sdk.createKeylessVideoElement(auth.symbol);
  });
  const image = new Image();
  image.src = '/face.jpg';
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let handedOverAtMs = 0;
  const hand = () => {
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, 640, 480);
    handedOverAtMs = performance.now();
    auth.sendFrame({ pixels: data, width: 640, height: 480, capturedAtMs: handedOverAtMs });
  };
  const over = new Promise((resolve) => {
    auth
      .on('begin-stream', hand)
      .on('video-frame-quality', () =>
        times['page filters of a frame'].push(performance.now() - handedOverAtMs),
      )
      .on('frame-results', () => {
        times['frame to its server results'].push(performance.now() - handedOverAtMs);
        hand();
      })
      .on('finished', resolve)
      .on('error', resolve)
      .on('ws-error', resolve);
  });
  await auth.connect(options);
  await over;
  auth.dispose();
  return times;
}
