import type { FrameEncoding } from '@openrecognize/contracts/ws';
import type { DetectedFace } from '../core/client-filters.ts';

/** Messages between the page and the worker that looks at its frames. Buffers are transferred, never copied. */

export interface StartRequest {
  readonly type: 'start';
  /** `wasm.wasm` */
  readonly binary: ArrayBuffer;
  /** `wasm.data` */
  readonly data: ArrayBuffer;
  /** Only to `pthreads/wasm.js`: `pthreads/wasm.wasm`. */
  readonly threadsBinary?: ArrayBuffer;
}

/** The worker keeps the picture for an `encode`, until the next `detect` of the same source. */
export interface DetectRequest {
  readonly type: 'detect';
  /** Number of whoever looks: two attempts at once don't get each other's pictures. */
  readonly source: number;
  /** RGBA, row by row. */
  readonly pixels: ArrayBuffer;
  readonly width: number;
  readonly height: number;
}

export interface EncodeRequest {
  readonly type: 'encode';
  readonly source: number;
  readonly encoding: FrameEncoding;
  /** 0 to 1; of JPEG only. */
  readonly quality: number;
}

/** Overwrites the picture that is kept for a source. */
export interface ForgetRequest {
  readonly type: 'forget';
  readonly source: number;
}

export type WorkerRequest = StartRequest | DetectRequest | EncodeRequest | ForgetRequest;

/** Answers by the request they belong to. */
export interface WorkerAnswers {
  readonly start: Record<never, never>;
  readonly detect: { readonly faces: readonly DetectedFace[] };
  readonly encode: { readonly bytes: ArrayBuffer };
  readonly forget: Record<never, never>;
}

/** How a request failed: the module trapped and is unusable, or refused this one request. */
export type WorkerFailureKind = 'aborted' | 'exception';

export interface NumberedRequest {
  readonly id: number;
  readonly request: WorkerRequest;
}

export type NumberedAnswer =
  | { readonly id: number; readonly answer: WorkerAnswers[WorkerRequest['type']] }
  | { readonly id: number; readonly failure: WorkerFailureKind; readonly text: string };
