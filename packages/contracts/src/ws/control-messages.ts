import type { FrameEncoding } from './frame-header.ts';
import type { WebSessionErrorCode } from './session-errors.ts';

/** JSON control messages of the web session (spec 07 §3). Types alone: schemas for a server are in `schemas.ts`. */

export type WebSessionFlow = 'auth' | 'enroll';

/** A fresh AES-256 key for this connection, wrapped under the image encryption key. */
export interface WrappedContentKey {
  /** Id or alias of the image encryption key. */
  readonly id: string;
  /** RSA-OAEP-SHA-256 of 32 random bytes, base64. */
  readonly wrapped: string;
}

/** What is to be done, for whom; bound to each frame (spec 07 §5). */
export interface WebSessionSubject {
  readonly flow: WebSessionFlow;
  readonly customer: { readonly name: string };
  readonly username: string;
  readonly operation?: { readonly id: string };
  readonly transaction?: { readonly data: string };
}

export interface HelloMessage extends WebSessionSubject {
  readonly type: 'hello';
  readonly version: 1;
  readonly authorization?: { readonly token: string };
  readonly seedEntropy?: boolean;
  readonly cameraFlash?: boolean;
  readonly key: WrappedContentKey;
  readonly encoding: FrameEncoding;
  readonly client?: { readonly version: string; readonly platform: string };
}

/** Continues a session whose connection was lost, under a fresh key and a counter from 0. */
export interface ResumeMessage {
  readonly type: 'resume';
  readonly version: 1;
  readonly sessionId: string;
  readonly token: string;
  readonly key: WrappedContentKey;
}

/** Takes a session over on another device. The token works once. */
export interface JoinMessage {
  readonly type: 'join';
  readonly version: 1;
  readonly token: string;
  readonly key: WrappedContentKey;
  readonly encoding: FrameEncoding;
  readonly client?: { readonly version: string; readonly platform: string };
}

/** Asks for a token that another device can `join` with. */
export interface RequestTransferMessage {
  readonly type: 'request-transfer';
}

/** Ends the session at the person's wish; the server closes with 1000. */
export interface CancelMessage {
  readonly type: 'cancel';
}

export type ClientMessage =
  | HelloMessage
  | ResumeMessage
  | JoinMessage
  | RequestTransferMessage
  | CancelMessage;

/** Colour to fill the screen with; frames name the `step` that was shown when they were taken. */
export interface FlashStep {
  readonly step: number;
  /** `#rrggbb` */
  readonly colour: string;
}

export interface BeginStreamMessage {
  readonly type: 'begin-stream';
  readonly sessionId: string;
  readonly resumeToken: string;
  /** Number of the session's stream of frames: 0, then one more with each `resume` and `join`. Bound to each frame. */
  readonly stream: number;
  readonly limits: {
    readonly maxFrameBytes: number;
    readonly frameTimeoutMs: number;
    readonly sessionTimeoutMs: number;
    readonly maxFramesPerSecond: number;
  };
  readonly flash?: FlashStep;
  /** Only to a device that joined: it needs them for its frames, and shows what is being confirmed. */
  readonly subject?: WebSessionSubject;
}

export interface ServerFilterResult {
  readonly name: ServerFilterName;
  readonly triggered: boolean;
  readonly value: number;
  readonly threshold: number;
}

export interface FrameResultsMessage {
  readonly type: 'frame-results';
  readonly sequence: number;
  /** All twelve, in the order of `SERVER_FILTER_NAMES`. */
  readonly filters: readonly ServerFilterResult[];
  /** The frame counts towards recognition. */
  readonly accepted: boolean;
  /** The colour to show from now on. */
  readonly flash?: FlashStep;
}

/** Enough frames: no further one is read. */
export interface StopStreamMessage {
  readonly type: 'stop-stream';
}

export interface FinishedMessage {
  readonly type: 'finished';
  readonly keylessId: string;
  /** Transaction JWT; absent without transaction data, and on a device that joined. */
  readonly jwt?: string;
  /** 32 bytes, base64: the same at each success of this user; absent on a device that joined. */
  readonly seedEntropy?: string;
}

export interface TransferMessage {
  readonly type: 'transfer';
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** Another device joined; its progress follows on this connection, which sends no more frames. */
export interface TransferJoinedMessage {
  readonly type: 'transfer-joined';
}

export interface ServerErrorMessage {
  readonly type: 'error';
  readonly code: WebSessionErrorCode;
  /** For a developer's console, in English. */
  readonly message: string;
  /** With `SERVER_RECOGNITION_FAILED`: filters that were triggered last. */
  readonly filters?: readonly ServerFilterName[];
  /** With `SERVER_USER_LOCKED_OUT`: end of the suspension, ISO 8601 in UTC. */
  readonly lockoutExpiresAt?: string;
  /** A new session may succeed without the person changing anything. */
  readonly retryable: boolean;
}

export type ServerMessage =
  | BeginStreamMessage
  | FrameResultsMessage
  | StopStreamMessage
  | FinishedMessage
  | TransferMessage
  | TransferJoinedMessage
  | ServerErrorMessage;

/** Filters the server judges each frame by. */
export const SERVER_FILTER_NAMES = [
  'eyes_closed',
  'face_angle_too_large',
  'face_is_occluded',
  'face_missing',
  'face_multiple',
  'face_partial',
  'face_too_close',
  'face_too_small',
  'image_black_and_white',
  'image_metadata_low_light',
  'no_movement_from_device',
  'no_movement_from_subject',
] as const;

export type ServerFilterName = (typeof SERVER_FILTER_NAMES)[number];
