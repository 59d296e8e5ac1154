import type { LivenessConfiguration } from './liveness-configuration.ts';
import {
  type CaptureOptions,
  type ClientStateType,
  type DynamicLinkingInfo,
  type JwtSigningInfo,
  type OperationInfo,
  type SecretOptions,
  type SecretWishes,
  secretWishesOf,
} from './operation-options.ts';

/** Settings of one capture, defaults filled in. */
export interface CaptureSettings {
  readonly cameraDelaySeconds: number;
  readonly livenessConfiguration: LivenessConfiguration;
  readonly livenessEnvironmentAware: boolean;
  readonly showSuccessFeedback: boolean;
}

const captureSettingsOf = (options: CaptureOptions, delaySeconds: number): CaptureSettings => ({
  cameraDelaySeconds: options.cameraDelaySeconds ?? delaySeconds,
  livenessConfiguration: options.livenessConfiguration ?? 'LEVEL_1',
  livenessEnvironmentAware: options.livenessEnvironmentAware ?? false,
  showSuccessFeedback: options.showSuccessFeedback ?? true,
});

export interface BiomEnrollOptions extends CaptureOptions, SecretOptions {
  readonly operationInfo?: OperationInfo;
  readonly jwtSigningInfo?: JwtSigningInfo;
  /** Also make a client state of this type; it comes with the result. */
  readonly generatingClientState?: ClientStateType;
  /** As in `PhotoEnrollOptions`; not together with `clientState`. */
  readonly iamToken?: string;
  /** Activates this device for the user of a client state, as it was handed out, instead of a new user. */
  readonly clientState?: string;
  /** PIN of a device that was enrolled with a PIN alone: the face is added to the same user. */
  readonly currentPin?: string;
  readonly showInstructionsScreen?: boolean;
  readonly showFailureFeedback?: boolean;
  readonly presentation?: 'FULL_SCREEN' | 'OVERLAY';
  /** Return the first picture of the capture with the result; default false. */
  readonly shouldRetrieveEnrollmentFrame?: boolean;
}

/** Enrollment with the camera. */
export class BiomEnrollConfig {
  readonly kind = 'biom-enroll';
  readonly capture: CaptureSettings;
  readonly operationInfo: OperationInfo | undefined;
  readonly jwtSigningInfo: JwtSigningInfo | undefined;
  readonly generatingClientState: ClientStateType | undefined;
  readonly iamToken: string | undefined;
  readonly clientState: string | undefined;
  readonly currentPin: string | undefined;
  readonly secrets: SecretWishes;
  readonly showInstructionsScreen: boolean;
  readonly showFailureFeedback: boolean;
  readonly presentation: 'FULL_SCREEN' | 'OVERLAY';
  readonly shouldRetrieveEnrollmentFrame: boolean;

  constructor(options: BiomEnrollOptions = {}) {
    this.capture = captureSettingsOf(options, 2);
    this.operationInfo = options.operationInfo;
    this.jwtSigningInfo = options.jwtSigningInfo;
    this.generatingClientState = options.generatingClientState;
    this.iamToken = options.iamToken;
    this.clientState = options.clientState;
    this.currentPin = options.currentPin;
    this.secrets = secretWishesOf(options);
    this.showInstructionsScreen = options.showInstructionsScreen ?? true;
    this.showFailureFeedback = options.showFailureFeedback ?? true;
    this.presentation = options.presentation ?? 'FULL_SCREEN';
    this.shouldRetrieveEnrollmentFrame = options.shouldRetrieveEnrollmentFrame ?? false;
  }
}

export interface PhotoEnrollOptions extends SecretOptions {
  /** JPEG, PNG or BMP bytes; several photos of the same person make a better template. Not modified. */
  readonly photo: Uint8Array | readonly Uint8Array[];
  readonly operationInfo?: OperationInfo;
  readonly jwtSigningInfo?: JwtSigningInfo;
  readonly generatingClientState?: ClientStateType;
  /**
   * ID or access token of the tenant's identity provider: the new user is linked to its subject, which becomes the
   * external id. See `loginHintOf`.
   */
  readonly iamToken?: string;
}

/** Enrollment with photos the app vouches for; their origin is not checked. */
export class PhotoEnrollConfig {
  readonly kind = 'photo-enroll';
  readonly photos: readonly Uint8Array[];
  readonly operationInfo: OperationInfo | undefined;
  readonly jwtSigningInfo: JwtSigningInfo | undefined;
  readonly generatingClientState: ClientStateType | undefined;
  readonly iamToken: string | undefined;
  readonly secrets: SecretWishes;

  /** @param input the options, or a photo alone. */
  constructor(input: PhotoEnrollOptions | Uint8Array) {
    const options = input instanceof Uint8Array ? { photo: input } : input;
    this.photos = options.photo instanceof Uint8Array ? [options.photo] : options.photo;
    this.operationInfo = options.operationInfo;
    this.jwtSigningInfo = options.jwtSigningInfo;
    this.generatingClientState = options.generatingClientState;
    this.iamToken = options.iamToken;
    this.secrets = secretWishesOf(options);
  }
}

export interface PinEnrollOptions extends CaptureOptions {
  readonly operationInfo?: OperationInfo;
  readonly jwtSigningInfo?: JwtSigningInfo;
}

/**
 * Sets a PIN: any text of 1 to 256 characters. On a device that is enrolled with a face, that face is asked for first
 * and the PIN belongs to the same user; otherwise a new user is enrolled by the PIN alone.
 */
export class PinEnrollConfig {
  readonly kind = 'pin-enroll';
  readonly pin: string;
  readonly capture: CaptureSettings;
  readonly operationInfo: OperationInfo | undefined;
  readonly jwtSigningInfo: JwtSigningInfo | undefined;

  constructor(pin: string, options: PinEnrollOptions = {}) {
    this.pin = pin;
    this.capture = captureSettingsOf(options, 0);
    this.operationInfo = options.operationInfo;
    this.jwtSigningInfo = options.jwtSigningInfo;
  }
}

export interface BiomAuthOptions extends CaptureOptions, SecretOptions {
  readonly jwtSigningInfo?: JwtSigningInfo;
  readonly operationInfo?: OperationInfo;
  /** Shown and approved first, then signed; not together with `jwtSigningInfo`. */
  readonly dynamicLinkingInfo?: DynamicLinkingInfo;
  readonly generatingClientState?: ClientStateType;
  /** `publicSigningKey` (base64) of another device of the user: removed after the match. */
  readonly deviceToRevoke?: string;
  /** Remove the PIN after the match and keep the face. Default false. */
  readonly shouldRemovePin?: boolean;
  /** Return the first picture of the capture with the result; default false. */
  readonly shouldRetrieveAuthenticationFrame?: boolean;
  readonly presentationStyle?: 'CAMERA_PREVIEW' | 'NO_CAMERA_PREVIEW';
}

/** Authentication with the camera. */
export class BiomAuthConfig {
  readonly kind = 'biom-auth';
  readonly capture: CaptureSettings;
  readonly jwtSigningInfo: JwtSigningInfo | undefined;
  readonly operationInfo: OperationInfo | undefined;
  readonly dynamicLinkingInfo: DynamicLinkingInfo | undefined;
  readonly generatingClientState: ClientStateType | undefined;
  readonly deviceToRevoke: string | undefined;
  readonly secrets: SecretWishes;
  readonly shouldRemovePin: boolean;
  readonly shouldRetrieveAuthenticationFrame: boolean;
  readonly presentationStyle: 'CAMERA_PREVIEW' | 'NO_CAMERA_PREVIEW';

  constructor(options: BiomAuthOptions = {}) {
    this.capture = captureSettingsOf(options, 0);
    this.jwtSigningInfo = options.jwtSigningInfo;
    this.operationInfo = options.operationInfo;
    this.dynamicLinkingInfo = options.dynamicLinkingInfo;
    this.generatingClientState = options.generatingClientState;
    this.deviceToRevoke = options.deviceToRevoke;
    this.secrets = secretWishesOf(options);
    this.shouldRemovePin = options.shouldRemovePin ?? false;
    this.shouldRetrieveAuthenticationFrame = options.shouldRetrieveAuthenticationFrame ?? false;
    this.presentationStyle = options.presentationStyle ?? 'CAMERA_PREVIEW';
  }
}

/** Authentication with the PIN. 1167 when none is set, 512 for a wrong one. */
export class PinAuthConfig {
  readonly kind = 'pin-auth';
  readonly pin: string;
  readonly jwtSigningInfo: JwtSigningInfo | undefined;
  readonly operationInfo: OperationInfo | undefined;
  readonly secrets: SecretWishes;

  constructor(
    pin: string,
    jwtSigningInfo?: JwtSigningInfo,
    options: SecretOptions & { readonly operationInfo?: OperationInfo } = {},
  ) {
    this.pin = pin;
    this.jwtSigningInfo = jwtSigningInfo;
    this.operationInfo = options.operationInfo;
    this.secrets = secretWishesOf(options);
  }
}

/** De-enrollment: a live match, then the irreversible deletion of the user. */
export class BiomDeEnrollConfig {
  readonly kind = 'biom-de-enroll';
  readonly capture: CaptureSettings;

  constructor(options: CaptureOptions = {}) {
    this.capture = captureSettingsOf(options, 0);
  }
}

/** De-enrollment with the PIN, as irreversible. */
export class PinDeEnrollConfig {
  readonly kind = 'pin-de-enroll';
  readonly pin: string;

  constructor(pin: string) {
    this.pin = pin;
  }
}

export type EnrollConfig = BiomEnrollConfig | PhotoEnrollConfig | PinEnrollConfig;
export type AuthConfig = BiomAuthConfig | PinAuthConfig;
export type DeEnrollConfig = BiomDeEnrollConfig | PinDeEnrollConfig;
