import type { FrameEncoding } from '@openrecognize/contracts/ws';
import type { JudgedFrame } from '../core/attempt-messages.ts';
import { createDeferred, type Deferred } from '../core/deferred.ts';
import type { GrabbedFrame } from '../worker/page-frame.ts';
import type { CameraFrameSource } from './camera-frame-source.ts';
import type { FrameSource } from './frame-source.ts';

/** Frames that a program hands in one by one; they are judged, gated and encoded like those of the camera. */
export class ManualFrameSource implements FrameSource {
  readonly #camera: CameraFrameSource;
  #wanted: Deferred<GrabbedFrame | null> | null = null;
  #offered: GrabbedFrame | null = null;

  constructor(camera: CameraFrameSource) {
    this.#camera = camera;
  }

  /** Hands a frame in. Of two that come before the attempt is ready for one, the later counts. */
  offer(frame: GrabbedFrame): void {
    if (this.#wanted === null) {
      this.#offered = frame;
      return;
    }
    this.#wanted.resolve(frame);
    this.#wanted = null;
  }

  async judge(): Promise<JudgedFrame | null> {
    const picture = await this.#next();
    return picture === null ? null : this.#camera.judgePicture(picture);
  }

  encode(encoding: FrameEncoding, quality: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#camera.encode(encoding, quality);
  }

  stop(): void {
    this.#wanted?.resolve(null);
    this.#wanted = null;
    this.#offered = null;
    this.#camera.stop();
  }

  #next(): Promise<GrabbedFrame | null> {
    const offered = this.#offered;
    this.#offered = null;
    if (offered !== null) {
      return Promise.resolve(offered);
    }
    this.#wanted?.resolve(null);
    this.#wanted = createDeferred<GrabbedFrame | null>();
    return this.#wanted.promise;
  }
}
