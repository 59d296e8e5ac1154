import type {
  FinishedMessage,
  FlashStep,
  FrameHeader,
  ServerErrorMessage,
  ServerFilterName,
  ServerFilterResult,
  ServerMessage,
  WebSessionCloseCode,
  WebSessionSubject,
} from '@openrecognize/contracts/ws';

/**
 * Words of the session machine (spec 07 §2): events in, effects out. Nothing here knows sockets, clocks or randomness;
 * `step-session.ts` has the steps.
 */

/** `camera` sends the frames. `watcher` is the connection that began, once another device took over the camera. */
export type SessionRole = 'camera' | 'watcher';

export type SessionPhase =
  /** Customer, authorization, user and key are being checked. */
  | 'admitting'
  /** A frame is awaited. */
  | 'streaming'
  /** A frame is being looked at; no other may come. */
  | 'analysing'
  /** `stop-stream` is out; match or enrollment is under way. */
  | 'deciding'
  /** The verdict waits for a connection that was lost, or for the confirmation that it came. */
  | 'undelivered'
  | 'ended';

export type SessionTimer =
  | 'admit'
  | 'frame'
  | 'session'
  | 'match'
  | 'transfer'
  | 'resume-camera'
  | 'resume-watcher';

/** Numbers a session runs by; `sessionLimitsOf` has the defaults. */
export interface SessionLimits {
  readonly maxFrameBytes: number;
  readonly maxFramesPerSecond: number;
  readonly maxFrames: number;
  readonly maxResumes: number;
  readonly maxTransfers: number;
  readonly admitTimeoutMs: number;
  readonly frameTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  readonly matchTimeoutMs: number;
  readonly resumeWindowMs: number;
  readonly transferTokenSeconds: number;
}

export interface SessionState {
  readonly phase: SessionPhase;
  readonly sessionId: string;
  readonly subject: WebSessionSubject;
  readonly limits: SessionLimits;
  /** Number of the stream of frames under way. */
  readonly stream: number;
  /** Sequence of the frame that must come next. */
  readonly nextSequence: number;
  readonly lastCapturedAtMs: number;
  /** Frames of all streams. */
  readonly frames: number;
  readonly resumes: number;
  readonly transfers: number;
  readonly isTransferPending: boolean;
  readonly isCameraLost: boolean;
  readonly watcher: 'none' | 'open' | 'lost';
  /** The colour shown now, and the one before it: a frame may still show that. */
  readonly flash?: FlashStep;
  readonly flashBefore?: FlashStep;
  /** Filters the latest frame triggered. */
  readonly triggered: readonly ServerFilterName[];
  /** In phase `undelivered`. */
  readonly verdict?: FinishedMessage | ServerErrorMessage;
}

/** What became of a frame. */
export interface FrameOutcome {
  readonly filters: readonly ServerFilterResult[];
  readonly accepted: boolean;
  /** Frames so far suffice for a verdict. */
  readonly isEnough: boolean;
}

export type SessionFailure = Omit<ServerErrorMessage, 'type'>;

export type SessionEvent =
  | { readonly type: 'admitted'; readonly resumeToken: string; readonly flashColour?: string }
  | { readonly type: 'frame'; readonly header: FrameHeader }
  | {
      readonly type: 'analysed';
      /** Stream of the frame: one that another connection sent counts no more. */
      readonly stream: number;
      readonly outcome: FrameOutcome;
      readonly flashColour?: string;
    }
  | { readonly type: 'decided'; readonly finished: FinishedMessage }
  /** Admission, a frame or the decision ended the session. */
  | { readonly type: 'failed'; readonly failure: SessionFailure }
  | { readonly type: 'lost'; readonly role: SessionRole }
  /** The connection was closed as asked: it read all that was sent. */
  | { readonly type: 'confirmed'; readonly role: SessionRole }
  | { readonly type: 'resumed'; readonly role: SessionRole; readonly resumeToken: string }
  | { readonly type: 'transfer-requested'; readonly role: SessionRole; readonly token: string }
  /** The connection so far is the watcher now; the one that joined is the camera. */
  | { readonly type: 'joined'; readonly resumeToken: string }
  | { readonly type: 'cancelled'; readonly role: SessionRole }
  | { readonly type: 'deadline'; readonly timer: SessionTimer }
  | { readonly type: 'shut-down' };

export type SessionEffect =
  | { readonly type: 'send'; readonly to: SessionRole; readonly message: ServerMessage }
  | { readonly type: 'close'; readonly to: SessionRole; readonly code: WebSessionCloseCode }
  | { readonly type: 'set-timer'; readonly timer: SessionTimer; readonly delayMs: number }
  | { readonly type: 'clear-timer'; readonly timer: SessionTimer }
  /** Look at the frame that just came; `flashColour` is what the screen showed. */
  | { readonly type: 'analyse'; readonly header: FrameHeader; readonly flashColour?: string }
  /** Forget the frames so far: another camera takes over. */
  | { readonly type: 'restart' }
  | { readonly type: 'decide' }
  /** The last effect of a session: wipe and forget it. */
  | { readonly type: 'end' };

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export interface NewSession {
  readonly sessionId: string;
  readonly subject: WebSessionSubject;
  readonly limits: SessionLimits;
}

/** A session that waits for its admission. */
export const openSession = ({ sessionId, subject, limits }: NewSession): SessionStep => ({
  state: {
    phase: 'admitting',
    sessionId,
    subject,
    limits,
    stream: 0,
    nextSequence: 0,
    lastCapturedAtMs: 0,
    frames: 0,
    resumes: 0,
    transfers: 0,
    isTransferPending: false,
    isCameraLost: false,
    watcher: 'none',
    triggered: [],
  },
  effects: [{ type: 'set-timer', timer: 'admit', delayMs: limits.admitTimeoutMs }],
});
