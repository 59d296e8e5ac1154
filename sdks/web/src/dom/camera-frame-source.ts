import type { FrameEncoding } from '@openrecognize/contracts/ws';
import type { JudgedFrame } from '../core/attempt-messages.ts';
import { judgeFaces } from '../core/client-filters.ts';
import { keylessFailure } from '../core/keyless-failure.ts';
import type { GrabbedFrame } from '../worker/page-frame.ts';
import type { VisionClient } from '../worker/vision-client.ts';
import { FrameGrabber } from './frame-grabber.ts';
import type { FrameSource } from './frame-source.ts';

/** What the source looks at; both may come late and change under way. */
export interface CameraFrameSourcePorts {
  /** The element that plays the attempt's camera, or null while there is none. */
  video(): HTMLVideoElement | null;
  /** The worker, or null when it is gone. */
  vision(): VisionClient | null;
}

const POLL_MS = 50;
/** A camera may be exchanged for another; one that stays away so long was unplugged or forbidden. */
const LOST_CAMERA_MS = 3_000;

let sources = 0;

/** Frames of the attempt's video element. */
export class CameraFrameSource implements FrameSource {
  readonly #ports: CameraFrameSourcePorts;
  readonly #grabber = new FrameGrabber();
  readonly #source: number;
  #run = 0;

  constructor(ports: CameraFrameSourcePorts) {
    this.#ports = ports;
    sources += 1;
    this.#source = sources;
  }

  async judge(): Promise<JudgedFrame | null> {
    const run = this.#run;
    const video = await this.#awaitVideo(run);
    if (video === null) {
      return null;
    }
    return this.judgePicture(await this.#grabber.grab(video));
  }

  /** A picture outside the loop of the attempt, for programs that send frames themselves. */
  async grab(): Promise<GrabbedFrame | null> {
    const video = this.#ports.video();
    return video === null ? null : this.#grabber.grab(video);
  }

  /** Judges a picture. Its pixels move to the worker. */
  async judgePicture(picture: GrabbedFrame): Promise<JudgedFrame> {
    const { width, height, capturedAtMs } = picture;
    const faces = await this.#vision().detect(this.#source, picture);
    return {
      filters: judgeFaces(faces, width, height),
      faces: faces.map(({ x0, y0, x1, y1, score }) => ({ x0, y0, x1, y1, score })),
      width,
      height,
      capturedAtMs,
    };
  }

  encode(encoding: FrameEncoding, quality: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#vision().encode(this.#source, encoding, quality);
  }

  stop(): void {
    this.#run += 1;
    this.#grabber.clear();
    this.#ports.vision()?.forget(this.#source);
  }

  #vision(): VisionClient {
    const vision = this.#ports.vision();
    if (vision === null) {
      throw keylessFailure('WEB_ASSEMBLY_ABORTED');
    }
    return vision;
  }

  /** Waits as long as the attempt lasts: a person may still be reading the browser's question. */
  async #awaitVideo(run: number): Promise<HTMLVideoElement | null> {
    let lostSinceMs: number | null = null;
    while (run === this.#run) {
      const video = this.#ports.video();
      if (video !== null && isShowing(video)) {
        return video;
      }
      if (video !== null && hasLostCamera(video)) {
        lostSinceMs ??= performance.now();
        if (performance.now() - lostSinceMs > LOST_CAMERA_MS) {
          throw keylessFailure('MEDIA_STREAM_ABORT', { cause: 'the camera ended' });
        }
      } else {
        lostSinceMs = null;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return null;
  }
}

function isShowing(video: HTMLVideoElement): boolean {
  return (
    video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0 && !hasLostCamera(video)
  );
}

function hasLostCamera({ srcObject }: HTMLVideoElement): boolean {
  return (
    srcObject instanceof MediaStream &&
    srcObject.getVideoTracks().every(({ readyState }) => readyState === 'ended')
  );
}
