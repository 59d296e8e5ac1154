import { wipe } from '@openrecognize/bytes';
import type { FrameEncoding } from '@openrecognize/contracts/ws';
import type { DetectedFace } from '../core/client-filters.ts';
import { lumaOf, rgbOf } from './frame-bytes.ts';
import type {
  NumberedAnswer,
  NumberedRequest,
  StartRequest,
  WorkerAnswers,
  WorkerRequest,
} from './worker-protocol.ts';

/** A frame as the modules take it: RGBA. */
export interface VisionFrame {
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** What a worker runs: one thread or several. */
export interface VisionModules {
  detect(frame: VisionFrame): readonly DetectedFace[] | Promise<readonly DetectedFace[]>;
  /** @param quality 1 to 100 */
  encodeJpeg(frame: VisionFrame & { readonly quality: number }): Uint8Array;
}

/** The part of a worker's global scope that is used; typed here because the page's library types differ. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: { readonly data: NumberedRequest }) => void): void;
  postMessage(message: NumberedAnswer, transfer: readonly ArrayBuffer[]): void;
}

/** Answers the page's requests one after the other. */
export function serveRequests(
  scope: WorkerScope,
  startModules: (request: StartRequest) => Promise<VisionModules>,
): void {
  let modules: VisionModules | null = null;
  const frames = new Map<number, VisionFrame>();

  const forget = (source: number): void => {
    wipe(frames.get(source)?.pixels ?? new Uint8Array());
    frames.delete(source);
  };

  const answer = async (request: WorkerRequest): Promise<WorkerAnswers[WorkerRequest['type']]> => {
    if (request.type === 'start') {
      modules = await startModules(request);
      return {};
    }
    if (request.type === 'forget') {
      forget(request.source);
      return {};
    }
    if (modules === null) {
      throw new Error('the modules were not started');
    }
    if (request.type === 'detect') {
      const { source, pixels, width, height } = request;
      const seen = { pixels: new Uint8Array(pixels), width, height };
      forget(source);
      frames.set(source, seen);
      return { faces: await modules.detect(seen) };
    }
    const frame = frames.get(request.source);
    if (frame === undefined) {
      throw new Error('no frame was looked at');
    }
    return { bytes: encodeFrame(modules, frame, request.encoding, request.quality).buffer };
  };

  scope.addEventListener('message', ({ data: { id, request } }) => {
    answer(request).then(
      (value) => scope.postMessage({ id, answer: value }, 'bytes' in value ? [value.bytes] : []),
      (error: unknown) => {
        const failure = error instanceof WebAssembly.RuntimeError ? 'aborted' : 'exception';
        scope.postMessage({ id, failure, text: String(error) }, []);
      },
    );
  });
}

function encodeFrame(
  modules: VisionModules,
  frame: VisionFrame,
  encoding: FrameEncoding,
  quality: number,
): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case 'luma':
      return lumaOf(frame.pixels);
    case 'rgb':
      return rgbOf(frame.pixels);
    case 'jpeg':
      // A copy: the encoder may hand out a view of its own memory, which can't be transferred.
      return Uint8Array.from(modules.encodeJpeg({ ...frame, quality: Math.round(quality * 100) }));
  }
}
