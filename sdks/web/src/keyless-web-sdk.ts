import type {
  KeylessBiometricFilter,
  KeylessClientFilter,
  KeylessServerFilter,
  KeylessServerFilterName,
} from './core/biometric-filters.ts';
import type {
  KeylessEventCallback,
  KeylessEventListener,
  KeylessEventName,
  KeylessFailure,
  KeylessFlashColour,
} from './core/keyless-events.ts';
import type { KeylessOptions } from './core/keyless-options.ts';

/** What a stored or asked camera permission is; `prompt` where nothing is known. */
export type KeylessCameraPermissionState = 'granted' | 'denied' | 'prompt';

/** Which camera to open. */
export interface KeylessMediaStreamOptions {
  /** Of `getKeylessVideoMediaDevices`. */
  readonly deviceId?: string | undefined;
  /** Default `user`. */
  readonly facingMode?: 'user' | 'environment' | undefined;
  /** Pixels; ideals, default 640 x 480. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Where the WebAssembly files are, when not beside `index.js`. */
export interface KeylessWebAssemblyModuleOptions {
  /** Several threads; needs a page with COOP `same-origin` and COEP `require-corp`. */
  readonly pthreads?: boolean | undefined;
  readonly url?:
    | {
        /** `wasm.wasm`; up to 2.3 `file`. */
        readonly binary?: string | URL | undefined;
        readonly file?: string | URL | undefined;
        /** `wasm.data` */
        readonly data?: string | URL | undefined;
        /** `wasm.js`, or `pthreads/wasm.js` */
        readonly script?: string | URL | undefined;
      }
    | undefined;
}

/** Token a second device joins with. */
export interface KeylessTransfer {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Signatures of the functions of the package, as its index exports them. */
export interface KeylessWebSdk {
  createKeylessAuth(): symbol;
  createKeylessEnroll(): symbol;
  deleteKeylessAuth(attempt: symbol): void;
  deleteKeylessEnroll(attempt: symbol): void;
  addKeylessEventListener<Name extends KeylessEventName>(
    attempt: symbol,
    name: Name,
    callback: KeylessEventCallback<Name>,
  ): KeylessFailure | undefined;
  addKeylessEventListeners(
    attempt: symbol,
    listeners: readonly KeylessEventListener[],
  ): KeylessFailure | undefined;
  removeKeylessEventListeners(attempt: symbol): void;
  importKeylessWebAssemblyModule(
    options?: KeylessWebAssemblyModuleOptions,
  ): Promise<KeylessFailure | undefined>;
  importKeylessWebAssemblyModuleOrThrow(options?: KeylessWebAssemblyModuleOptions): Promise<void>;
  /** Opens a camera without an attempt; hand it to `createKeylessVideoStream`, or let that open one. */
  createKeylessMediaStream(options?: KeylessMediaStreamOptions): Promise<MediaStream | KeylessFailure>;
  /** Gives the attempt its camera: the stream handed over, else the one last created, else a new one. */
  createKeylessVideoStream(
    attempt: symbol,
    source?: MediaStream | KeylessMediaStreamOptions,
  ): Promise<MediaStream | KeylessFailure>;
  /** Video element that plays the attempt's stream; `element` to use your own. Frames are taken from it. */
  createKeylessVideoElement(
    attempt: symbol,
    options?: { readonly element?: HTMLVideoElement | undefined },
  ): Promise<HTMLVideoElement | KeylessFailure>;
  getKeylessVideoMediaDevices(): Promise<MediaDeviceInfo[] | KeylessFailure>;
  getKeylessCameraPermissionState(): Promise<KeylessCameraPermissionState>;
  setKeylessCameraPermissionStorageItem(state: 'granted' | 'denied'): void;
  isKeylessVideoMediaStreamAvailable(): Promise<boolean>;
  /** Resolves when the socket is open; all that follows arrives as events. May be called before there is a video. */
  openKeylessWebSocketConnection(
    attempt: symbol,
    options: KeylessOptions,
  ): Promise<KeylessFailure | undefined>;
  reduceKeylessBiometricFiltersToTriggered<Name extends string>(
    filters: readonly KeylessBiometricFilter<Name>[] | undefined,
  ): Name[];
  getLastKeylessServerFrameResults(attempt: symbol): readonly KeylessServerFilter[];
  getLastKeylessServerFrameTriggeredBiometricFilters(attempt: symbol): KeylessServerFilterName[];
  getLastKeylessVideoFrameQuality(attempt: symbol): readonly KeylessClientFilter[];
  getLastKeylessServerError(attempt: symbol): KeylessFailure | undefined;
  getKeylessServerLockoutExpirationDate(attempt: symbol): Date | undefined;
  /** Ours: colour to fill the screen with now; undefined outside a flash challenge. */
  getKeylessFlashColour(attempt: symbol): KeylessFlashColour | undefined;
  /** Ours: token for a second device, which opens with the option `transfer.token`; `transfer-joined` follows. */
  requestKeylessTransfer(attempt: symbol): Promise<KeylessTransfer | KeylessFailure>;
}
