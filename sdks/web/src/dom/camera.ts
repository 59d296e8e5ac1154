import { createDeferred } from '../core/deferred.ts';
import type { KeylessFailure } from '../core/keyless-events.ts';
import { keylessFailure } from '../core/keyless-failure.ts';
import { mediaFailureCode } from '../core/media-failure.ts';
import { storeCameraPermission } from './camera-permission.ts';

/** Which camera to open. */
export interface KeylessMediaStreamOptions {
  /** Of `getKeylessVideoMediaDevices`. */
  readonly deviceId?: string | undefined;
  /** Default `user`. */
  readonly facingMode?: 'user' | 'environment' | undefined;
  /** Pixels; wishes, default 640 x 480. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Some WebViews never answer `getUserMedia`; a person who reads a prompt takes less than this. */
const ANSWER_TIMEOUT_MS = 120_000;

let newest: MediaStream | null = null;
let hasOpened = false;

/** The live stream that was opened last and has no attempt yet. */
export function takeUnclaimedStream(): MediaStream | null {
  const stream = newest;
  newest = null;
  return stream !== null && isLive(stream) ? stream : null;
}

/** A camera was opened on this page before. */
export function hasOpenedCamera(): boolean {
  return hasOpened;
}

export function isLive(stream: MediaStream): boolean {
  return stream.getVideoTracks().some(({ readyState }) => readyState === 'live');
}

export function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.stop();
  }
}

/** Opens a camera. The caller owns the stream and stops its tracks. */
export async function openCamera(
  options: KeylessMediaStreamOptions = {},
): Promise<MediaStream | KeylessFailure> {
  if (typeof options !== 'object' || options === null) {
    return keylessFailure('CREATE_MEDIA_STREAM_ARGS_UNSET');
  }
  try {
    const stream = await withinTime(navigator.mediaDevices.getUserMedia(constraintsOf(options)));
    storeCameraPermission('granted');
    hasOpened = true;
    return stream;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    const code = mediaFailureCode({ name, isSecureContext: globalThis.isSecureContext });
    if (code === 'MEDIA_STREAM_NOT_ALLOWED') {
      storeCameraPermission('denied');
    }
    return keylessFailure(code, { cause });
  }
}

/** Like `openCamera`; the next attempt that needs a stream takes it. */
export async function createUnclaimedStream(
  options?: KeylessMediaStreamOptions,
): Promise<MediaStream | KeylessFailure> {
  const stream = await openCamera(options);
  if (stream instanceof MediaStream) {
    newest = stream;
  }
  return stream;
}

/** Cameras of the device. */
export async function listCameras(): Promise<MediaDeviceInfo[] | KeylessFailure> {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter(({ kind }) => kind === 'videoinput');
    if (cameras.length === 0) {
      return keylessFailure('MEDIA_DEVICES_NO_VIDEO_INPUTS');
    }
    if (cameras.every(({ label }) => label === '')) {
      return keylessFailure('MEDIA_DEVICES_EMPTY_VIDEO_INPUT_LABEL');
    }
    return cameras;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    return keylessFailure(mediaFailureCode({ name, isSecureContext: globalThis.isSecureContext }), { cause });
  }
}

function constraintsOf({
  deviceId,
  facingMode,
  width,
  height,
}: KeylessMediaStreamOptions): MediaStreamConstraints {
  const which = deviceId
    ? { deviceId: { exact: deviceId } }
    : { facingMode: { ideal: facingMode ?? 'user' } };
  return {
    audio: false,
    video: {
      ...which,
      width: { ideal: width ?? 640 },
      height: { ideal: height ?? 480 },
      frameRate: { ideal: 30 },
    },
  };
}

/** A stream that comes too late is closed, so that no camera stays on unseen. */
function withinTime(request: Promise<MediaStream>): Promise<MediaStream> {
  const { promise, resolve, reject } = createDeferred<MediaStream>();
  let isLate = false;
  const handle = setTimeout(() => {
    isLate = true;
    reject(new DOMException('no answer to getUserMedia', 'AbortError'));
  }, ANSWER_TIMEOUT_MS);
  request.then((stream) => (isLate ? stopTracks(stream) : resolve(stream)), reject);
  return promise.finally(() => clearTimeout(handle));
}
