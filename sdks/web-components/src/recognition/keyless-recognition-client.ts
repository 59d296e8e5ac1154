import {
  addKeylessEventListeners,
  createKeylessAuth,
  createKeylessEnroll,
  createKeylessVideoElement,
  createKeylessVideoStream,
  deleteKeylessAuth,
  deleteKeylessEnroll,
  getKeylessCameraPermissionState,
  getKeylessServerLockoutExpirationDate,
  getKeylessVideoMediaDevices,
  importKeylessWebAssemblyModule,
  type KeylessFailure,
  openKeylessWebSocketConnection,
  requestKeylessTransfer,
} from '@keyless/sdk-web';
import type { ClientEvent } from '../flow/flow-event.ts';
import type { Camera, CameraPermission } from '../flow/flow-state.ts';
import { toKeylessOptions } from './keyless-options.ts';
import type {
  ClientFailure,
  RecognitionAttempt,
  RecognitionClient,
  RecognitionFlow,
  RecognitionOptions,
  RunningCamera,
  Surroundings,
  WebAssemblyOptions,
} from './recognition-client.ts';
import { isHandheldDevice, watchCameraPermission } from './surroundings.ts';

/** The port on `@keyless/sdk-web`. */
export const keylessRecognitionClient: RecognitionClient = {
  prepare: async (options: WebAssemblyOptions): Promise<Surroundings | ClientFailure> => {
    const failure = await importKeylessWebAssemblyModule({
      pthreads: options.pthreads,
      url: { binary: options.binaryURL, data: options.dataURL, script: options.scriptURL },
    });
    if (failure instanceof Error) return { code: failure.message };
    const permission = await getKeylessCameraPermissionState();
    return { permission, cameras: await readCameras(), isHandheld: isHandheldDevice() };
  },
  watchPermission: (listener: (permission: CameraPermission) => void) => watchCameraPermission(listener),
  open: (flow, listener) => new KeylessAttempt(flow, listener),
};

/** Cameras the browser names; before the permission it may hide all but one nameless entry. */
async function readCameras(): Promise<readonly Camera[]> {
  const devices = await getKeylessVideoMediaDevices();
  if (devices instanceof Error) {
    const isHidden = devices.message !== 'MEDIA_DEVICES_NO_VIDEO_INPUTS';
    return isHidden ? [{ id: '', label: '' }] : [];
  }
  return devices.map(({ deviceId, label }) => ({ id: deviceId, label }));
}

const failureEvent = (failure: KeylessFailure, lockoutExpiresAt: Date | undefined): ClientEvent => ({
  type: 'failed',
  code: failure.message,
  filters: failure.filters ?? [],
  lockoutExpiresAt: failure.lockoutExpiresAt ?? lockoutExpiresAt,
});

class KeylessAttempt implements RecognitionAttempt {
  readonly #symbol: symbol;
  readonly #flow: RecognitionFlow;
  readonly #listener: (event: ClientEvent) => void;
  #stream: MediaStream | undefined;
  #isDisposed = false;

  constructor(flow: RecognitionFlow, listener: (event: ClientEvent) => void) {
    this.#flow = flow;
    this.#listener = listener;
    this.#symbol = flow === 'auth' ? createKeylessAuth() : createKeylessEnroll();
    this.#listen();
  }

  async startCamera(cameraId: string | undefined): Promise<RunningCamera | ClientFailure> {
    const source = cameraId ? { deviceId: cameraId } : { facingMode: 'user' as const };
    const stream = await createKeylessVideoStream(this.#symbol, source);
    if (stream instanceof Error) return { code: stream.message };
    this.#stream = stream;
    if (this.#isDisposed) {
      this.#stopTracks();
      return { code: 'SYMBOL_UNSET' };
    }
    const video = await createKeylessVideoElement(this.#symbol);
    if (video instanceof Error) return { code: video.message };
    const settings = stream.getVideoTracks()[0]?.getSettings();
    return { video, cameras: await readCameras(), cameraId: settings?.deviceId ?? cameraId };
  }

  connect(options: RecognitionOptions, joinToken: string | undefined): void {
    void openKeylessWebSocketConnection(this.#symbol, toKeylessOptions(options, joinToken)).then(
      (failure) => {
        if (failure instanceof Error) this.#report(this.#failed(failure));
      },
    );
  }

  requestTransfer(): void {
    // On a turn of its own: the wish may come from within an event of the SDK.
    const answer = Promise.resolve().then(() => requestKeylessTransfer(this.#symbol));
    void answer.then((transfer) => {
      if (transfer instanceof Error) return this.#report(this.#failed(transfer));
      const expiresInSeconds = Math.max(1, Math.round((transfer.expiresAt.getTime() - Date.now()) / 1000));
      this.#report({ type: 'transfer-issued', token: transfer.token, expiresInSeconds });
    });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#flow === 'auth') deleteKeylessAuth(this.#symbol);
    else deleteKeylessEnroll(this.#symbol);
    this.#stopTracks();
  }

  /** No further frame is wanted: the camera's light goes out while the server decides. */
  #streamStopped(): void {
    this.#stopTracks();
    this.#report({ type: 'stream-stopped' });
  }

  #stopTracks(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
  }

  #report(event: ClientEvent): void {
    if (!this.#isDisposed) this.#listener(event);
  }

  #failed(failure: KeylessFailure): ClientEvent {
    return failureEvent(failure, getKeylessServerLockoutExpirationDate(this.#symbol));
  }

  #listen(): void {
    addKeylessEventListeners(this.#symbol, [
      { name: 'ws-open', callback: () => this.#report({ type: 'connection-opened' }) },
      { name: 'ws-close', callback: () => this.#report({ type: 'connection-closed' }) },
      { name: 'begin-stream', callback: () => this.#report({ type: 'stream-began' }) },
      { name: 'stop-stream', callback: () => this.#streamStopped() },
      { name: 'transfer-joined', callback: () => this.#report({ type: 'transfer-joined' }) },
      { name: 'flash', callback: ({ colour }) => this.#report({ type: 'flash-asked', colour }) },
      {
        name: 'video-frame-quality',
        callback: (quality) => this.#report({ ...quality, type: 'quality-read' }),
      },
      {
        name: 'frame-results',
        callback: ({ filters, accepted }) =>
          this.#report({ type: 'frame-judged', filters, isAccepted: accepted }),
      },
      {
        name: 'finished',
        callback: ({ jwt, seedEntropy, keylessId }) =>
          this.#report({ type: 'finished', success: { jwt, seedEntropy, keylessId } }),
      },
      { name: 'error', callback: (failure) => this.#report(this.#failed(failure)) },
      { name: 'ws-error', callback: (failure) => this.#report(this.#failed(failure)) },
    ]);
  }
}
