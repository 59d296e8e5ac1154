import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { courseOf, optionsFor, runAttempt } from './attempt-in-page.ts';
import { beginStream, frameResults, type OpenedFrame, type SessionPeer } from './fake-session-server.ts';
import { browserObstacle, frame, type SdkWindow, useSdkPage } from './sdk-page.ts';

const context = (changes = {}) => ({
  sessionId: beginStream().sessionId,
  stream: 0,
  flow: 'auth',
  customer: 'acme',
  username: 'ada',
  ...changes,
});

/** Takes frames, then answers with a JWT. */
const acceptFrames =
  (count: number, frames: OpenedFrame[] = []) =>
  async (session: SessionPeer): Promise<void> => {
    const hello = await session.receive();
    session.send(beginStream());
    const flow = hello?.type === 'hello' ? hello.flow : '';
    for (let sequence = 0; sequence < count; sequence += 1) {
      const opened = await session.receiveFrame(context({ flow }));
      if (opened === null) return;
      frames.push(opened);
      session.send(frameResults(sequence));
    }
    session.send({ type: 'stop-stream' });
    session.send({ type: 'finished', keylessId: 'AB01', jwt: 'h.p.s' });
    session.peer.close(1000);
  };

describe.skipIf(browserObstacle !== null)(
  `the SDK in Chromium${browserObstacle ? ` (${browserObstacle})` : ''}`,
  () => {
    const sdkPage = useSdkPage();

    it('streams encrypted pictures of the camera and finishes with a JWT', async () => {
      const frames: OpenedFrame[] = [];
      const server = await sdkPage.start({ serve: acceptFrames(3, frames) });
      const page = await sdkPage.open(server);
      const run = await runAttempt(page, { options: optionsFor(server, 'ada') });
      expect(run.opened).toBeNull();
      expect(courseOf(run)).toEqual([
        'ws-open',
        'begin-stream',
        'video-frame-quality',
        'frame-results',
        'video-frame-quality',
        'frame-results',
        'video-frame-quality',
        'frame-results',
        'stop-stream',
        'finished',
        'ws-close',
      ]);
      expect(run.events.at(-2)?.event).toMatchObject({ jwt: 'h.p.s', detail: { JWT: 'h.p.s' } });
      expect(frames.map(({ header }) => header.sequence)).toEqual([0, 1, 2]);
      const times = frames.map(({ header }) => header.capturedAtMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const { width, height, format } = await sharp(frames[0].picture).metadata();
      expect({ width, height, format }).toEqual({ ...frame, format: 'jpeg' });
    });

    it.each([
      ['luma', frame.width * frame.height],
      ['rgb', frame.width * frame.height * 3],
    ] as const)('sends uncompressed frames as %s', async (encoding, pictureBytes) => {
      const frames: OpenedFrame[] = [];
      const server = await sdkPage.start({ serve: acceptFrames(1, frames) });
      const page = await sdkPage.open(server);
      await runAttempt(page, { flow: 'enroll', options: { ...optionsFor(server, 'ada'), encoding } });
      expect(frames[0].header.encoding).toBe(encoding);
      expect(frames[0].picture.length).toBe(pictureBytes);
      const spread = await sharp(frames[0].picture, {
        raw: { ...frame, channels: encoding === 'luma' ? 1 : 3 },
      }).stats();
      // A picture, not a constant.
      expect(spread.channels[0].stdev).toBeGreaterThan(20);
    });

    it('keeps frames in the page until the face is right', async () => {
      const cases = [
        ['FaceAbsent', { zoom: 0.01, shiftX: 0, copies: 1 }],
        ['FaceMultiple', { zoom: 0.6, shiftX: 0, copies: 2 }],
        ['FaceOffCenter', { zoom: 0.8, shiftX: 0.25, copies: 1 }],
        ['FacePartial', { zoom: 1, shiftX: 0.4, copies: 1 }],
        ['FaceTooLarge', { zoom: 2.4, shiftX: 0, copies: 1 }],
        ['FaceTooSmall', { zoom: 0.45, shiftX: 0, copies: 1 }],
      ] as const;
      let received = 0;
      const server = await sdkPage.start({
        serve: async (session) => {
          await session.receive();
          session.send(beginStream());
          while ((await session.peer.receive()) instanceof Buffer) received += 1;
        },
      });
      for (const [name, drawn] of cases) {
        const page = await sdkPage.open(server);
        const run = await runAttempt(page, {
          options: optionsFor(server, 'ada'),
          until: 'video-frame-quality',
          drawn,
        });
        const filters = run.events.at(-1)?.event.filters as { name: string; triggered: boolean }[];
        expect(filters.filter(({ triggered }) => triggered).map((filter) => filter.name)).toContain(name);
        await page.context().close();
      }
      expect(received).toBe(0);
    });

    it('takes up a lost connection and keeps its course', async () => {
      const starts: string[] = [];
      const server = await sdkPage.start({
        serve: async (session) => {
          const first = await session.receive();
          starts.push(first?.type ?? '');
          const stream = first?.type === 'resume' ? 1 : 0;
          session.send(beginStream({ stream }));
          await session.receiveFrame(context({ stream }));
          session.send(frameResults(0));
          if (stream === 0) {
            session.peer.drop();
            return;
          }
          session.send({ type: 'stop-stream' });
          session.send({ type: 'finished', keylessId: 'AB01' });
          session.peer.close(1000);
        },
      });
      const run = await runAttempt(await sdkPage.open(server), { options: optionsFor(server, 'ada') });
      expect(starts).toEqual(['hello', 'resume']);
      const course = courseOf(run);
      expect(course.filter((name) => name === 'begin-stream')).toHaveLength(1);
      expect(course.filter((name) => name === 'ws-open')).toHaveLength(2);
      expect(course.at(-2)).toBe('finished');
    });

    it('says which colour was on the screen when a frame was taken', async () => {
      const frames: OpenedFrame[] = [];
      const colours = ['#ff0000', '#0000ff'];
      const server = await sdkPage.start({
        serve: async (session) => {
          await session.receive();
          session.send(beginStream({ flash: { step: 4, colour: colours[0] } }));
          for (const sequence of [0, 1]) {
            const opened = await session.receiveFrame(context());
            if (opened === null) return;
            frames.push(opened);
            session.send(frameResults(sequence, [], { flash: { step: 5, colour: colours[1] } }));
          }
          session.send({ type: 'stop-stream' });
          session.send({ type: 'finished', keylessId: 'AB01' });
        },
      });
      const page = await sdkPage.open(server);
      const run = await runAttempt(page, {
        options: { ...optionsFor(server, 'ada'), cameraFlash: true },
        paintFlash: true,
      });
      expect(frames.map(({ header }) => header.flashStep)).toEqual([4, 5]);
      expect(run.events.filter(({ name }) => name === 'flash').map(({ event }) => event.colour)).toEqual(
        colours,
      );
      expect(frames[0].header.capturedAtMs).toBeGreaterThanOrEqual(250);
    });

    it('continues on a second device, whose frames carry the session of the first', async () => {
      let desktop: SessionPeer | null = null;
      const subject = { flow: 'auth', customer: { name: 'acme' }, username: 'ada' } as const;
      const server = await sdkPage.start({
        serve: async (session) => {
          const first = await session.receive();
          if (first?.type === 'hello') {
            desktop = session;
            session.send(beginStream());
            await session.receive();
            session.send({ type: 'transfer', token: 'T'.repeat(43), expiresInSeconds: 180 });
            return;
          }
          desktop?.send({ type: 'transfer-joined' });
          session.send(beginStream({ stream: 1, subject }));
          await session.receiveFrame(context({ stream: 1 }));
          for (const peer of [desktop, session]) {
            peer?.send(frameResults(0));
            peer?.send({ type: 'stop-stream' });
          }
          desktop?.send({ type: 'finished', keylessId: 'AB01', jwt: 'h.p.s' });
          session.send({ type: 'finished', keylessId: 'AB01' });
        },
      });
      const [first, second] = [await sdkPage.open(server), await sdkPage.open(server)];
      const { username: _username, customer: _customer, ...address } = optionsFor(server, 'ada');
      const token = await first.evaluate(
        async (options) => {
          const { sdk } = globalThis as unknown as SdkWindow & { done: Promise<string> };
          await sdk.importKeylessWebAssemblyModule();
          const attempt = sdk.createKeylessAuth();
          const begun = new Promise((resolve) =>
            sdk.addKeylessEventListener(attempt, 'begin-stream', resolve),
          );
          Object.assign(globalThis, {
            done: new Promise((resolve) =>
              sdk.addKeylessEventListener(attempt, 'finished', ({ jwt }) => resolve(jwt ?? 'none')),
            ),
          });
          await sdk.openKeylessWebSocketConnection(attempt, options);
          await begun;
          const transfer = await sdk.requestKeylessTransfer(attempt);
          return transfer instanceof Error ? transfer.message : transfer.token;
        },
        optionsFor(server, 'ada'),
      );
      expect(token).toBe('T'.repeat(43));
      const run = await runAttempt(second, { options: { ...address, transfer: { token } } });
      expect(run.events.find(({ name }) => name === 'begin-stream')?.event).toMatchObject({
        subject: { flow: 'auth', customerName: 'acme', username: 'ada' },
      });
      expect(run.events.find(({ name }) => name === 'finished')?.event.jwt).toBeUndefined();
      expect(await first.evaluate(() => (globalThis as unknown as { done: Promise<string> }).done)).toBe(
        'h.p.s',
      );
    });

    it('fetches the image encryption key when only the service is named', async () => {
      const server = await sdkPage.start({
        serve: acceptFrames(1),
        respond: (path, response) => {
          if (path !== '/v1/image-encryption-key') return false;
          const { id, value } = server.key;
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ keyId: id, aliases: [], publicKey: value }));
          return true;
        },
      });
      const run = await runAttempt(await sdkPage.open(server), {
        options: { customer: { name: 'acme' }, username: 'ada', service: { url: server.origin } },
      });
      expect(courseOf(run)).toContain('finished');
    });
  },
);
