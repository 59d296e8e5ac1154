import type { GrabbedFrame } from '../worker/page-frame.ts';

/** Longer side of a frame that leaves the page: more pixels bring no better match. */
const MAX_FRAME_SIDE = 640;
/** A hidden page and some WebViews call back for no frame. */
const FRESH_FRAME_TIMEOUT_MS = 500;

/** Draws pictures of videos, scaled down to the size of a frame. */
export class FrameGrabber {
  #canvas: HTMLCanvasElement | null = null;

  /** The next picture the video shows. The caller owns its pixels. */
  async grab(video: HTMLVideoElement): Promise<GrabbedFrame> {
    await nextVideoFrame(video);
    const scale = Math.min(1, MAX_FRAME_SIDE / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    this.#canvas ??= document.createElement('canvas');
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    const context = this.#canvas.getContext('2d', { willReadFrequently: true, alpha: false });
    if (context === null) {
      throw new Error('EXCEPTION', { cause: 'no 2d context' });
    }
    const capturedAtMs = performance.now();
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { pixels: data as Uint8ClampedArray<ArrayBuffer>, width, height, capturedAtMs };
  }

  /** Lets go of the last picture. */
  clear(): void {
    if (this.#canvas !== null) {
      this.#canvas.width = 0;
      this.#canvas = null;
    }
  }
}

/** Resolves with the next new picture of the camera, so that no picture is sent twice. */
function nextVideoFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FRESH_FRAME_TIMEOUT_MS);
    // Firefox before 132 doesn't have it; the pause between frames is longer than a camera's period.
    if (typeof video.requestVideoFrameCallback !== 'function') {
      clearTimeout(timer);
      resolve();
      return;
    }
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
