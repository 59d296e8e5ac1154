import type {
  ClientMessage,
  FrameContext,
  FrameHeader,
  WrappedContentKey,
} from '@openrecognize/contracts/ws';
import type { KeylessClientFilter } from './biometric-filters.ts';
import type { KeySource } from './connection-plan.ts';
import type { KeylessError } from './keyless-error.ts';
import type { KeylessEventMap, KeylessEventName, KeylessFaceBox, KeylessFailure } from './keyless-events.ts';

/** Clocks of an attempt; starting one that runs restarts it. */
export type AttemptTimer = 'answer' | 'session' | 'pause' | 'resume-window';

/** What the page's filters found in one frame. */
export interface JudgedFrame {
  readonly filters: readonly KeylessClientFilter[];
  readonly faces: readonly KeylessFaceBox[];
  readonly width: number;
  readonly height: number;
  /** On the clock of `handle`. */
  readonly capturedAtMs: number;
}

/** What happens to an attempt. `link` and `capture` tell answers to an abandoned request from those to the last. */
export type AttemptInput =
  | { readonly type: 'key-ready'; readonly link: number; readonly key: WrappedContentKey }
  | { readonly type: 'socket-open'; readonly link: number }
  | { readonly type: 'socket-message'; readonly link: number; readonly text: string }
  | { readonly type: 'socket-error'; readonly link: number }
  | { readonly type: 'socket-closed'; readonly link: number; readonly code: number }
  | { readonly type: 'frame-judged'; readonly capture: number; readonly frame: JudgedFrame }
  | { readonly type: 'frame-sealed'; readonly capture: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'timer'; readonly timer: AttemptTimer }
  | { readonly type: 'transfer-wanted' }
  | { readonly type: 'failed'; readonly code: KeylessError; readonly cause?: unknown };

/** What the owner of the machine has to do, in this order. */
export type AttemptEffect =
  /** Draw a content key, wrap it; `key-ready` follows. */
  | { readonly do: 'prepare-key'; readonly link: number; readonly source: KeySource }
  | { readonly do: 'connect'; readonly link: number; readonly url: string }
  | { readonly do: 'send'; readonly message: ClientMessage }
  | { readonly do: 'send-frame'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Take a frame as soon as there is a video; `frame-judged` follows. */
  | { readonly do: 'capture'; readonly capture: number }
  /** Encode and encrypt the frame that was just judged; `frame-sealed` follows. */
  | {
      readonly do: 'seal';
      readonly capture: number;
      readonly header: FrameHeader;
      readonly context: FrameContext;
      readonly maxFrameBytes: number;
    }
  | { readonly do: 'close'; readonly code: number }
  | { readonly do: 'start-timer'; readonly timer: AttemptTimer; readonly afterMs: number }
  | { readonly do: 'stop-timer'; readonly timer: AttemptTimer }
  | {
      readonly do: 'emit';
      readonly name: KeylessEventName;
      readonly event: KeylessEventMap[KeylessEventName];
    }
  /** A transfer token arrived, or will not. */
  | { readonly do: 'settle-transfer'; readonly transfer: TransferGrant | KeylessFailure }
  /** Nothing follows: stop timers, forget keys. */
  | { readonly do: 'release'; readonly failure: KeylessFailure | null };

export interface TransferGrant {
  readonly token: string;
  readonly expiresInSeconds: number;
}
