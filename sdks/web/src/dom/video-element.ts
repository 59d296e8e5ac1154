import { createDeferred } from '../core/deferred.ts';
import type { KeylessFailure } from '../core/keyless-events.ts';
import { keylessFailure } from '../core/keyless-failure.ts';

const READY_TIMEOUT_MS = 10_000;

/** Plays a stream in an element, the given or a new one, and waits for its first picture. */
export async function playStream(
  stream: MediaStream,
  element: HTMLVideoElement = document.createElement('video'),
): Promise<HTMLVideoElement | KeylessFailure> {
  element.muted = true;
  element.autoplay = true;
  element.playsInline = true;
  // iOS looks at the attributes.
  element.setAttribute('muted', '');
  element.setAttribute('playsinline', '');
  const isReady = waitForPicture(element);
  element.srcObject = stream;
  // A refusal (no gesture yet, low power mode) shows as a picture that does not come.
  element.play().catch(() => undefined);
  return (await isReady) ? element : keylessFailure('VIDEO_ELEMENT_EVENT_LISTENERS_UNSET');
}

function waitForPicture(element: HTMLVideoElement): Promise<boolean> {
  const { promise, resolve } = createDeferred<boolean>();
  const check = () => {
    if (element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && element.videoWidth > 0) {
      resolve(true);
    }
  };
  const events = ['loadeddata', 'canplay', 'playing', 'resize'];
  const handle = setTimeout(() => resolve(false), READY_TIMEOUT_MS);
  for (const name of events) {
    element.addEventListener(name, check);
  }
  return promise.finally(() => {
    clearTimeout(handle);
    for (const name of events) {
      element.removeEventListener(name, check);
    }
  });
}
