import type {
  KeylessClientFilter,
  KeylessServerFilter,
  KeylessServerFilterName,
} from './biometric-filters.ts';
import type { KeylessError } from './keyless-error.ts';

/** Event without a payload. */
export interface KeylessPlainEvent<Type extends string> {
  readonly type: Type;
}

/** The server's verdict on one frame. */
export interface KeylessFrameResults {
  readonly type: 'frame-results';
  /** Number of the frame in its stream, from 0. */
  readonly sequence: number;
  /** The frame counts towards recognition. */
  readonly accepted: boolean;
  readonly filters: readonly KeylessServerFilter[];
}

/** Where the face is, in pixels of the frame. */
export interface KeylessFaceBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** 0 to 1 */
  readonly score: number;
}

/** What the page's own filters say about one frame. A frame with a triggered filter is not sent. */
export interface KeylessVideoFrameQuality {
  readonly type: 'video-frame-quality';
  readonly filters: readonly KeylessClientFilter[];
  readonly faces: readonly KeylessFaceBox[];
  /** Size of the frame in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Colour to fill the screen with during the flash challenge. */
export interface KeylessFlashColour {
  readonly step: number;
  /** `#rrggbb` */
  readonly colour: string;
}

export interface KeylessFlashEvent extends KeylessFlashColour {
  readonly type: 'flash';
}

/** Every name the transaction JWT has had; all hold the same string. Use `jwt`. */
export interface KeylessJwtAliases {
  readonly jwt: string | undefined;
  readonly JWT: string | undefined;
  readonly transactionJwt: string | undefined;
  readonly transactionJWT: string | undefined;
}

/** Success. JWT fields are undefined when no signature was asked for, and on a device that joined. */
export interface KeylessFinishedEvent extends KeylessJwtAliases {
  readonly type: 'finished';
  readonly keylessId: string;
  /** Base64 of 32 bytes, the same at each success of this user; only with the option `seedEntropy`. */
  readonly seedEntropy: string | undefined;
  readonly data: KeylessJwtAliases;
  readonly detail: KeylessJwtAliases & {
    readonly keylessId: string;
    readonly seedEntropy: string | undefined;
  };
}

/** A person who joined on another device continues there; this page only follows. */
export type KeylessTransferJoinedEvent = KeylessPlainEvent<'transfer-joined'>;

/** Subject of a session this device joined. */
export interface KeylessTransferSubject {
  readonly flow: 'auth' | 'enroll';
  readonly customerName: string;
  readonly username: string;
  readonly transactionData: string | undefined;
}

export interface KeylessBeginStreamEvent extends KeylessPlainEvent<'begin-stream'> {
  /** Only on a device that joined. */
  readonly subject: KeylessTransferSubject | undefined;
}

export interface KeylessCloseEvent extends KeylessPlainEvent<'ws-close'> {
  /** Close code of the socket (RFC 6455 §7.4). */
  readonly code: number;
}

/**
 * An error as events and functions deliver it: `message` is the code, which never changes.
 */
export interface KeylessFailure extends Error {
  readonly message: KeylessError;
  /** With `SERVER_RECOGNITION_FAILED`: the server filters that were triggered last. */
  readonly filters?: readonly KeylessServerFilterName[];
  /** With `SERVER_USER_LOCKED_OUT`. */
  readonly lockoutExpiresAt?: Date;
  /** The same call may succeed without the person changing anything. */
  readonly retryable?: boolean;
}

/** Names of all events and what their callbacks get. */
export interface KeylessEventMap {
  readonly 'begin-stream': KeylessBeginStreamEvent;
  readonly 'frame-results': KeylessFrameResults;
  readonly 'video-frame-quality': KeylessVideoFrameQuality;
  readonly 'stop-stream': KeylessPlainEvent<'stop-stream'>;
  readonly finished: KeylessFinishedEvent;
  /** Terminal. Every code but those of the socket. */
  readonly error: KeylessFailure;
  /** Terminal. `WEB_SOCKET_ERROR`, `_OPEN`, `_TIMEOUT`, `_UNEXPECTED_CLOSE`. */
  readonly 'ws-error': KeylessFailure;
  readonly 'ws-open': KeylessPlainEvent<'ws-open'>;
  readonly 'ws-close': KeylessCloseEvent;
  readonly flash: KeylessFlashEvent;
  readonly 'transfer-joined': KeylessTransferJoinedEvent;
}

export type KeylessEventName = keyof KeylessEventMap;

export type KeylessEventCallback<Name extends KeylessEventName> = (event: KeylessEventMap[Name]) => void;

/** One listener, as `addKeylessEventListeners` takes it. */
export type KeylessEventListener = {
  [Name in KeylessEventName]: { readonly name: Name; readonly callback: KeylessEventCallback<Name> };
}[KeylessEventName];
