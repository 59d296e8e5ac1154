import { findAttempt } from './attempt-registry.ts';
import type { KeylessFailure } from './core/keyless-events.ts';
import { keylessFailure } from './core/keyless-failure.ts';
import {
  createUnclaimedStream,
  hasOpenedCamera,
  isLive,
  type KeylessMediaStreamOptions,
  listCameras,
  openCamera,
  stopTracks,
  takeUnclaimedStream,
} from './dom/camera.ts';
import {
  type KeylessCameraPermissionState,
  readCameraPermission,
  storeCameraPermission,
} from './dom/camera-permission.ts';
import { playStream } from './dom/video-element.ts';

/** Where an attempt's video is shown. */
export interface KeylessVideoElementOptions {
  /** Your own element; else one is made. */
  readonly element?: HTMLVideoElement | undefined;
}

/**
 * Opens a camera without an attempt; the next one that needs a stream takes it.
 *
 * @example
 * const stream = await createKeylessMediaStream({ facingMode: 'user' })
 * if (stream instanceof Error) console.log(stream.message) // MEDIA_STREAM_NOT_ALLOWED, ...
 */
export function createKeylessMediaStream(
  options?: KeylessMediaStreamOptions,
): Promise<MediaStream | KeylessFailure> {
  return createUnclaimedStream(options);
}

/**
 * Gives the attempt its camera: the stream handed over, else the one `createKeylessMediaStream` opened last, else a new
 * one. A camera it had before is switched off; an element that shows it goes on with the new one.
 */
export async function createKeylessVideoStream(
  attempt: symbol,
  source?: MediaStream | KeylessMediaStreamOptions,
): Promise<MediaStream | KeylessFailure> {
  const found = findAttempt(attempt);
  if (found instanceof Error) {
    return found;
  }
  const stream = await streamOf(source);
  if (stream instanceof Error) {
    return stream;
  }
  if (findAttempt(attempt) !== found) {
    // Deleted while the person was asked.
    stopTracks(stream);
    return keylessFailure('SESSION_MANAGER_NULL');
  }
  if (found.stream !== null && found.stream !== stream) {
    stopTracks(found.stream);
  }
  found.stream = stream;
  if (found.video !== null && found.video.srcObject !== stream) {
    await playStream(stream, found.video);
  }
  return stream;
}

async function streamOf(
  source: MediaStream | KeylessMediaStreamOptions | undefined,
): Promise<MediaStream | KeylessFailure> {
  if (source instanceof MediaStream) {
    return source;
  }
  return (source === undefined ? takeUnclaimedStream() : null) ?? openCamera(source);
}

/**
 * The element that shows the attempt's camera, muted and inline, once it has its first picture. Frames are taken from
 * it; put it where the person sees it.
 */
export async function createKeylessVideoElement(
  attempt: symbol,
  { element }: KeylessVideoElementOptions = {},
): Promise<HTMLVideoElement | KeylessFailure> {
  const found = findAttempt(attempt);
  if (found instanceof Error) {
    return found;
  }
  found.stream ??= takeUnclaimedStream();
  if (found.stream === null || !isLive(found.stream)) {
    return keylessFailure(hasOpenedCamera() ? 'MEDIA_STREAM_UNSET' : 'VIDEO_ELEMENT_UNSET');
  }
  const video = await playStream(found.stream, element);
  if (video instanceof Error) {
    return video;
  }
  if (findAttempt(attempt) !== found) {
    video.srcObject = null;
    return keylessFailure('SESSION_MANAGER_NULL');
  }
  found.video = video;
  return video;
}

/** Cameras of the device, or why they can't be told. */
export function getKeylessVideoMediaDevices(): Promise<MediaDeviceInfo[] | KeylessFailure> {
  return listCameras();
}

/** State of the camera permission: of the browser, else as stored in this session. */
export function getKeylessCameraPermissionState(): Promise<KeylessCameraPermissionState> {
  return readCameraPermission(hasOpenedCamera());
}

/** Stores the permission for this session, under `kl-camera-permission`. */
export function setKeylessCameraPermissionStorageItem(state: 'granted' | 'denied'): void {
  storeCameraPermission(state);
}

/** Whether a camera can be opened. Opens one for a moment, so the browser may ask the person. */
export async function isKeylessVideoMediaStreamAvailable(): Promise<boolean> {
  const stream = await openCamera();
  if (stream instanceof Error) {
    return false;
  }
  stopTracks(stream);
  return true;
}
