import type { FrameEncoding } from '@openrecognize/contracts/ws';
import type { JudgedFrame } from '../core/attempt-messages.ts';

/** Where an attempt's frames come from: the camera, or a program that hands them in. */
export interface FrameSource {
  /**
   * Takes the next frame, as soon as there is one, and judges it. The picture stays with the source for `encode`.
   * Rejects with a code as message; resolves to null once `stop` was called.
   */
  judge(): Promise<JudgedFrame | null>;
  /** The picture that was judged last. */
  encode(encoding: FrameEncoding, quality: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Drops the picture; a `judge` under way resolves to null. */
  stop(): void;
}
