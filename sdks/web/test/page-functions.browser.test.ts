import { describe, expect, it } from 'vitest';
import { optionsFor } from './attempt-in-page.ts';
import { beginStream, frameResults, type SessionPeer } from './fake-session-server.ts';
import { browserObstacle, type SdkWindow, useSdkPage } from './sdk-page.ts';

/** Refuses the first frame and takes the second. */
const refuseThenAccept = async (session: SessionPeer): Promise<void> => {
  await session.receive();
  session.send(beginStream());
  await session.peer.receive();
  session.send(frameResults(0, ['eyes_closed']));
  await session.peer.receive();
  session.send(frameResults(1));
  session.send({ type: 'stop-stream' });
  session.send({ type: 'finished', keylessId: 'AB01', jwt: 'h.p.s' });
};

describe.skipIf(browserObstacle !== null)(
  `functions of the page${browserObstacle ? ` (${browserObstacle})` : ''}`,
  () => {
    const sdkPage = useSdkPage();

    it('serve a program of version 1 that collects and sends frames itself', async () => {
      const server = await sdkPage.start({ serve: refuseThenAccept });
      const page = await sdkPage.open(server);
      const told = await page.evaluate(
        async (options) => {
          const { sdk } = globalThis as unknown as SdkWindow;
          const auth = new sdk.KeylessAuth();
          const names: string[] = [];
          const sendOne = async () => {
            const frame = await auth.collectFrame();
            if (!(frame instanceof Error)) auth.sendFrame(frame);
          };
          const finished = new Promise<string | undefined>((resolve) => {
            auth
              .on('begin-image-stream', () => {
                names.push('begin-image-stream');
                void sendOne();
              })
              .on('frame-results', () => void sendOne())
              .on('image-accepted', ({ sequence }) => names.push(`image-accepted ${sequence}`))
              .on('stop-sending', () => names.push('stop-sending'))
              .on('authentication-finished', ({ data }) => resolve(data.JWT));
          });
          const failure = await auth.connect(options);
          const jwt = await finished;
          auth.dispose();
          return { failure: failure?.message, names, jwt };
        },
        optionsFor(server, 'ada'),
      );
      expect(told).toEqual({
        failure: undefined,
        names: ['begin-image-stream', 'image-accepted 1', 'stop-sending'],
        jwt: 'h.p.s',
      });
    });

    it('keep what came last, under the new names and the old', async () => {
      const server = await sdkPage.start({
        serve: async (session) => {
          await session.receive();
          session.send(beginStream());
          await session.peer.receive();
          session.send(frameResults(0, ['eyes_closed', 'face_partial']));
          session.send({ type: 'error', code: 'SERVER_RECOGNITION_FAILED', message: '', retryable: true });
        },
      });
      const page = await sdkPage.open(server);
      const last = await page.evaluate(
        async (options) => {
          const { sdk } = globalThis as unknown as SdkWindow;
          await sdk.importKeylessWebAssemblyModule();
          const attempt = sdk.createKeylessAuth();
          await sdk.createKeylessMediaStream();
          await sdk.createKeylessVideoElement(attempt);
          const failed = new Promise((resolve) => sdk.addKeylessEventListener(attempt, 'error', resolve));
          await sdk.openKeylessWebSocketConnection(attempt, options);
          await failed;
          return {
            triggered: sdk.getLastKeylessServerFrameTriggeredBiometricFilters(attempt),
            triggeredByOldName: sdk.getLastKeylessFrameTriggeredBiometricFilters(attempt),
            server: sdk.getLastKeylessFrameResults(attempt).length,
            client: sdk.getLastVideoFrameQuality(attempt).length,
            error: sdk.getLastKeylessServerError(attempt)?.message,
            lockout: sdk.getServerLockoutExpirationDate(attempt),
          };
        },
        optionsFor(server, 'ada'),
      );
      expect(last).toEqual({
        triggered: ['eyes_closed', 'face_partial'],
        triggeredByOldName: ['eyes_closed', 'face_partial'],
        server: 12,
        client: 6,
        error: 'SERVER_RECOGNITION_FAILED',
        lockout: undefined,
      });
    });

    it('know and store the permission for the camera', async () => {
      const page = await sdkPage.open(await sdkPage.start());
      const states = await page.evaluate(async () => {
        const { sdk } = globalThis as unknown as SdkWindow;
        const seen: unknown[] = [await sdk.getKeylessCameraPermissionState()];
        const query = navigator.permissions.query;
        navigator.permissions.query = () => Promise.reject(new TypeError('no such permission'));
        seen.push(await sdk.getKeylessCameraPermissionState());
        sdk.setKeylessCameraPermissionStorageItem('denied');
        seen.push(
          await sdk.getKeylessCameraPermissionState(),
          sessionStorage.getItem('kl-camera-permission'),
        );
        navigator.permissions.query = query;
        seen.push(
          await sdk.isKeylessVideoMediaStreamAvailable(),
          sessionStorage.getItem('kl-camera-permission'),
        );
        const cameras = await sdk.getKeylessVideoMediaDevices();
        seen.push(cameras instanceof Error ? cameras.message : cameras.length > 0);
        return seen;
      });
      expect(states).toEqual(['granted', 'prompt', 'denied', 'denied', true, 'granted', true]);
    });

    it('switch the camera off when an attempt is deleted, and when it gets another camera', async () => {
      const page = await sdkPage.open(await sdkPage.start());
      const states = await page.evaluate(async () => {
        const { sdk } = globalThis as unknown as SdkWindow;
        const attempt = sdk.createKeylessEnroll();
        const first = await sdk.createKeylessVideoStream(attempt);
        const video = await sdk.createKeylessVideoElement(attempt);
        const second = await sdk.createKeylessVideoStream(attempt, { facingMode: 'environment' });
        if (first instanceof Error || second instanceof Error || video instanceof Error) return 'no camera';
        const stateOf = (stream: MediaStream) => stream.getVideoTracks()[0].readyState;
        const switched = [stateOf(first), stateOf(second), video.srcObject === second];
        sdk.deleteKeylessEnroll(attempt);
        return [...switched, stateOf(second), video.srcObject];
      });
      expect(states).toEqual(['ended', 'live', true, 'ended', null]);
    });

    it('take a listener that throws for a fault of the page, not of the attempt', async () => {
      const server = await sdkPage.start({ serve: refuseThenAccept });
      const page = await sdkPage.open(server);
      const fault = page.waitForEvent('pageerror');
      const jwt = await page.evaluate(
        async (options) => {
          const { sdk } = globalThis as unknown as SdkWindow;
          await sdk.importKeylessWebAssemblyModule();
          const attempt = sdk.createKeylessAuth();
          await sdk.createKeylessVideoStream(attempt);
          await sdk.createKeylessVideoElement(attempt);
          sdk.addKeylessEventListener(attempt, 'begin-stream', () => {
            throw new Error('of the page');
          });
          const finished = new Promise((resolve) =>
            sdk.addKeylessEventListeners(attempt, [
              { name: 'finished', callback: (event) => resolve(event.jwt) },
            ]),
          );
          await sdk.openKeylessWebSocketConnection(attempt, options);
          return finished;
        },
        optionsFor(server, 'ada'),
      );
      expect(jwt).toBe('h.p.s');
      expect((await fault).message).toBe('of the page');
    });
  },
);
