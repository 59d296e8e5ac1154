import type { ClientEvent } from '../flow/flow-event.ts';
import type { Camera, CameraPermission } from '../flow/flow-state.ts';

/**
 * Port between the elements and what recognises: `@keyless/sdk-web` in production, a script in tests and in the
 * gallery. Nothing here throws; a failure is a code.
 */

export type RecognitionFlow = 'auth' | 'enroll';

/** What an element was configured with, in the names of the SDK. */
export interface RecognitionOptions {
  readonly customer: string | undefined;
  readonly username: string | undefined;
  readonly wsURL: string | undefined;
  readonly key: string | undefined;
  readonly keyID: string | undefined;
  readonly serviceURL: string | undefined;
  readonly authorizationToken: string | undefined;
  readonly operationID: string | undefined;
  readonly transactionData: string | undefined;
  readonly seedEntropy: boolean;
  readonly enableCameraFlash: boolean;
  readonly wsTimeoutMs: number | undefined;
}

export interface WebAssemblyOptions {
  readonly pthreads: boolean;
  readonly binaryURL: string | undefined;
  readonly dataURL: string | undefined;
  readonly scriptURL: string | undefined;
}

/** Code of a `KeylessError`. */
export interface ClientFailure {
  readonly code: string;
}

export interface Surroundings {
  readonly permission: CameraPermission;
  readonly cameras: readonly Camera[];
  readonly isHandheld: boolean;
}

export interface RunningCamera {
  /** Plays the camera; the element puts it on the page. Frames are taken from it. */
  readonly video: HTMLVideoElement;
  readonly cameras: readonly Camera[];
  readonly cameraId: string | undefined;
}

export interface RecognitionClient {
  /** Loads what runs in the browser and looks at the cameras; may be called again after a failure. */
  prepare(options: WebAssemblyOptions): Promise<Surroundings | ClientFailure>;
  /** Calls back whenever the person changes the permission in the browser. Returns the end of it. */
  watchPermission(listener: (permission: CameraPermission) => void): () => void;
  /** One attempt; `listener` hears it until `dispose`. */
  open(flow: RecognitionFlow, listener: (event: ClientEvent) => void): RecognitionAttempt;
}

export interface RecognitionAttempt {
  startCamera(cameraId: string | undefined): Promise<RunningCamera | ClientFailure>;
  /** Opens the session, or with a token joins that of another device. What follows arrives as events. */
  connect(options: RecognitionOptions, joinToken: string | undefined): void;
  /** `transfer-issued` or `failed` follows. */
  requestTransfer(): void;
  /** Stops camera and connection. Nothing is reported afterwards. Idempotent. */
  dispose(): void;
}

/** Tells an answer from a failure. */
export const isClientFailure = <Answer extends object>(
  answer: Answer | ClientFailure,
): answer is ClientFailure => 'code' in answer;
